export interface Subject {
  createCounter: () => Counter;
  level?: number;
  singleThreaded?: string;
}

export interface Counter {
  /** Adds one and answers with the sum. */
  increment(): Promise<number>;
  read(): Promise<number>;
}
