import { defineRecord, type RecordType } from './define.ts';
import { type Txt, txtFields } from './txt.ts';

/** Addresses of wallets. */
export const WALLET: RecordType<Txt> = defineRecord({ name: 'WALLET', fields: txtFields });
