/** What a command says of itself: its words and its options. */

export interface OptionDeclaration {
  /** `flag` takes no value; `number` is a whole number from 0; `texts` takes every word up to the next option. */
  readonly type: "flag" | "text" | "texts" | "number";
  readonly help: string;
  /** What stands for the value in the help: `--level N`. */
  readonly valueName?: string;
  /** A flag may be typed as a plain word (`fresh`), a number as a bare number (`2`). */
  readonly plainWord?: boolean;
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export interface CommandDeclaration<Options extends OptionDeclarations = OptionDeclarations> {
  /** As in `npm run <name>`. */
  readonly name: string;
  readonly summary: string;
  /** The words that may follow, in order: `["kata", "file"]`. */
  readonly words: readonly string[];
  readonly options: Options;
}
