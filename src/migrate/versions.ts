/** The releases of CoreDNS since 1.0, in order. */
export const VERSIONS = [
  '1.0.0',
  '1.0.1',
  '1.0.2',
  '1.0.3',
  '1.0.4',
  '1.0.5',
  '1.0.6',
  '1.1.0',
  '1.1.1',
  '1.1.2',
  '1.1.3',
  '1.1.4',
  '1.2.0',
  '1.2.1',
  '1.2.2',
  '1.2.3',
  '1.2.4',
  '1.2.5',
  '1.2.6',
  '1.3.0',
  '1.3.1',
  '1.4.0',
  '1.5.0',
  '1.5.1',
  '1.5.2',
  '1.6.0',
  '1.6.1',
  '1.6.2',
  '1.6.3',
  '1.6.4',
  '1.6.5',
  '1.6.6',
  '1.6.7',
  '1.6.8',
  '1.6.9',
  '1.7.0',
  '1.7.1',
  '1.8.0',
  '1.8.1',
  '1.8.2',
  '1.8.3',
  '1.8.4',
  '1.8.5',
  '1.8.6',
  '1.8.7',
  '1.9.0',
  '1.9.1',
  '1.9.2',
  '1.9.3',
  '1.9.4',
  '1.10.0',
  '1.10.1',
  '1.11.0',
  '1.11.1',
  '1.11.2',
  '1.11.3',
  '1.11.4',
  '1.12.0',
  '1.12.1',
  '1.12.2',
  '1.12.3',
  '1.12.4',
  '1.13.0',
  '1.13.1',
  '1.13.2',
  '1.14.0',
  '1.14.1',
  '1.14.2',
  '1.14.3',
  '1.14.4',
  '1.14.5',
  '1.14.6',
  '1.14.7',
  '1.15.0',
] as const;

export type Version = (typeof VERSIONS)[number];

/** The CoreDNS whose answers these are. */
export const LATEST: Version = '1.15.0';

export function isVersion(text: string): text is Version {
  return VERSIONS.some((version) => version === text);
}

/** From which version to which one a Corefile is brought. */
export class Span {
  readonly from: Version;
  readonly to: Version;

  constructor(from: Version, to: Version) {
    this.from = from;
    this.to = to;
  }

  /** Would it lead back? */
  get isBackward(): boolean {
    return VERSIONS.indexOf(this.to) < VERSIONS.indexOf(this.from);
  }

  /** Is what `version` brought there at the end? */
  reaches(version: Version): boolean {
    return VERSIONS.indexOf(version) <= VERSIONS.indexOf(this.to);
  }

  /** Is `version` what makes the difference: not there at the start, but at the end? */
  crosses(version: Version): boolean {
    return VERSIONS.indexOf(this.from) < VERSIONS.indexOf(version) && this.reaches(version);
  }
}
