/**
 * Time as an injected port: whoever may need it gets it from here, so that a test can replay it.
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes backwards. */
  now(): number;

  /** Resolves once `milliseconds` have passed. */
  sleep(milliseconds: number): Promise<void>;
}
