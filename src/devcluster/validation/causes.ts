import type { Json } from '../objects.ts';
import type { Cause } from '../status.ts';

/** The complaints about an object, in the words of the API. */
export class Causes {
  readonly list: Cause[] = [];

  required(field: string, hint = ''): void {
    this.#add('FieldValueRequired', field, hint === '' ? 'Required value' : `Required value: ${hint}`);
  }

  invalid(field: string, value: Json | undefined, why: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  unsupported(field: string, value: Json | undefined, supported: readonly string[]): void {
    const list = supported.map((word) => JSON.stringify(word)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
    this.#add('FieldValueNotSupported', field, message);
  }

  duplicate(field: string, value: Json | undefined): void {
    this.#add('FieldValueDuplicate', field, `Duplicate value: ${JSON.stringify(value)}`);
  }

  forbidden(field: string, why: string): void {
    this.#add('FieldValueForbidden', field, `Forbidden: ${why}`);
  }

  tooMany(field: string, count: number, most: number): void {
    this.#add('FieldValueTooMany', field, `Too many: ${count}: must have at most ${most} items`);
  }

  #add(reason: string, field: string, message: string): void {
    this.list.push({ reason, message, field });
  }
}
