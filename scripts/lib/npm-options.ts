/**
 * Finds the options of a command that npm took for its own.
 *
 * What reaches the command depends on npm and on how the option was typed:
 *
 *     --level=3          npm_config_level=3
 *     --level 3          npm_config_level=3, or npm_config_level=true and the word `3`
 *     --quick            npm_config_quick=true
 *     --quick word       npm_config_quick=true and the word, or npm_config_quick=word
 *
 * Some names are settings of npm as well (`--json`, `--yes`) and may stand in somebody's npmrc;
 * those were not typed, and are left alone.
 */
import { readFileSync } from "node:fs";
import type { CommandDeclaration } from "./command-declaration.ts";

export interface KeptByNpm {
  /** Ready to be typed again: `--level 3`. */
  readonly options: readonly string[];
  /** The words of the command line without those that were values, and with those that npm took. */
  readonly words: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export function optionsThatNpmKept(
  declaration: CommandDeclaration,
  typedWords: readonly string[],
  environment: Environment,
): KeptByNpm {
  const options: string[] = [];
  const words = [...typedWords];
  for (const [name, option] of Object.entries(declaration.options)) {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || value === "" || value === "false") continue;
    if (isSetInNpmrc(name, environment)) continue;
    if (option.type === "flag") {
      options.push(`--${name}`);
      if (value !== "true") words.unshift(value);
    } else {
      const typedValue = value === "true" ? takeValue(words, option.type) : value;
      options.push([`--${name}`, typedValue ?? option.valueName ?? "VALUE"].join(" "));
    }
  }
  return { options, words };
}

/** Where npm told value and word apart wrongly, the value is most likely the last word of its kind. */
function takeValue(words: string[], type: "text" | "texts" | "number"): string | undefined {
  const index = words.findLastIndex((word) => type !== "number" || /^\d+$/.test(word));
  return index === -1 ? undefined : words.splice(index, 1)[0];
}

function isSetInNpmrc(name: string, environment: Environment): boolean {
  const setting = new RegExp(`^\\s*${name}\\s*(=|$)`, "m");
  const files = [environment["npm_config_userconfig"], environment["npm_config_globalconfig"]];
  return files.some((file) => {
    if (file === undefined || file === "") return false;
    try {
      return setting.test(readFileSync(file, "utf8"));
    } catch {
      return false;
    }
  });
}
