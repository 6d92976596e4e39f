import { CLASS } from './codes.ts';
import { decodeMessage, FLAG, opcodeOf } from './decode.ts';
import { isSameName } from './letter-case.ts';
import type { Message, Question } from './message.ts';
import { surveyMessage, type Survey } from './survey.ts';
import { uint16At } from './uint16.ts';

/**
 * A message as it came, known to be well-formed, of which records are made only when somebody asks for them. What most readers want – flags, counts,
 * TTLs, lengths – comes from the survey.
 */
export class WireMessage {
  /** Not to be written to. */
  readonly octets: Uint8Array;
  /** Undefined for a message that is not plain: the decoded one tells all about it. */
  readonly survey: Survey | undefined;
  #message: Message | undefined;

  private constructor(octets: Uint8Array, survey: Survey | undefined, message: Message | undefined) {
    this.octets = octets;
    this.survey = survey;
    this.#message = message;
  }

  /** Takes over the octets of one message. Throws WireError for what is none. */
  static read(octets: Uint8Array): WireMessage {
    const survey = surveyMessage(octets);
    return new WireMessage(octets, survey, survey === undefined ? decodeMessage(octets) : undefined);
  }

  /** Takes over the octets of a message that was made here, of which `survey` is known. */
  static surveyed(octets: Uint8Array, survey: Survey): WireMessage {
    return new WireMessage(octets, survey, undefined);
  }

  /** The message decoded; made once. */
  get message(): Message {
    return (this.#message ??= decodeMessage(this.octets));
  }

  /** The same message without the decoded one, which takes ten times the room. */
  undecoded(): WireMessage {
    return new WireMessage(this.octets, this.survey, undefined);
  }

  get id(): number {
    return uint16At(this.octets, 0);
  }

  /** QR. */
  get response(): boolean {
    return (this.flags & FLAG.QR) !== 0;
  }

  get opcode(): number {
    return opcodeOf(this.flags);
  }

  /** TC. */
  get truncated(): boolean {
    return (this.flags & FLAG.TC) !== 0;
  }

  /** All 16 bits of the header's second word. */
  get flags(): number {
    return uint16At(this.octets, 2);
  }

  /** All 12 bits of it (RFC 6891 §6.1.3). */
  get rcode(): number {
    return this.survey === undefined ? this.message.rcode : (this.flags & 15) | (this.survey.upperRcode << 4);
  }

  get answerCount(): number {
    return this.survey === undefined ? this.message.answers.length : uint16At(this.octets, 6);
  }

  /** Is this its one question, whatever the letter case (RFC 5452 §4.2)? */
  asks(question: Question): boolean {
    const { survey, octets } = this;
    if (survey === undefined) {
      const [own] = this.message.questions;
      return (
        own !== undefined &&
        this.message.questions.length === 1 &&
        own.type === question.type &&
        own.class === question.class &&
        own.name.equals(question.name)
      );
    }
    const { wire } = question.name;
    const end = QUESTION_START + wire.length;
    if (survey.questionEnd !== end + 4) return false;
    if (uint16At(octets, end) !== question.type || uint16At(octets, end + 2) !== question.class) return false;
    return isSameName(octets, QUESTION_START, wire, 0, wire.length);
  }

  /** Is it a response to this one question? */
  repliesTo(question: Question): boolean {
    return this.response && this.asks(question);
  }

  /** Is the first answer a record of the type that `question` asks for, owned by its name? */
  answersDirectly(question: Question): boolean {
    return this.survey?.firstAnswerType === question.type && question.class === CLASS.IN;
  }
}

/** Where the question's name stands: right after the header. */
const QUESTION_START = 12;
