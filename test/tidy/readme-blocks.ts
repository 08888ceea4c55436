// The code of README.md, and of docs/from-rust.md, that says it can be run. A block is marked behind its language: ```js run=start.
//
//   sh run=preload     each line `node ... app.js` (or app.cjs) is run, with an application of the test's as that file
//   js run=start       the block is a program of its own
//   js run=recorder    likewise; and run=sdk
//   js run=testing     a test file for node:test
//   ts                 any TypeScript block is type-checked
//   js file=NAME       a module which the next program imports under this name
//   text               behind a program: what it is shown to do

export interface CodeBlock {
  readonly language: string;
  /** What follows `run=`. */
  readonly use: string | undefined;
  /** What follows `file=`. */
  readonly file: string | undefined;
  readonly code: string;
  /** Line in the document, from 1. */
  readonly line: number;
}

export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: Omit<CodeBlock, 'code'> | undefined;
  let code: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) {
      code.push(line);
    } else if (open === undefined) {
      const [language = '', ...marks] = (fence[1] as string).trim().split(/\s+/);
      const after = (key: string): string | undefined =>
        marks.find((mark) => mark.startsWith(key))?.slice(key.length);
      open = { language, use: after('run='), file: after('file='), line: index + 1 };
      code = [];
    } else {
      blocks.push({ ...open, code: `${code.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the code block of line ${open.line} has no end`);
  return blocks;
}

/** Arguments of every `node` command of a shell block, without comments. */
export function nodeCommands(code: string): string[][] {
  const commands: string[][] = [];
  for (const line of code.split('\n')) {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (words[0] === 'node') commands.push(words.slice(1));
  }
  return commands;
}
