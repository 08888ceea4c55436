// The code of README.md that says it can be run. A block is marked behind its language: ```js run=start.
//
//   sh run=preload     each line `node ... app.js` (or app.cjs) is run, with an application of the test's as that file
//   js run=start       the block is a program of its own
//   js run=recorder    likewise; and run=sdk
//   js run=testing     a test file for node:test
//   ts                 any TypeScript block is type-checked

export interface CodeBlock {
  readonly language: string;
  /** What follows `run=`. */
  readonly use: string | undefined;
  readonly code: string;
  /** Line in the document, from 1. */
  readonly line: number;
}

export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; use: string | undefined; line: number } | undefined;
  let code: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) {
      code.push(line);
    } else if (open === undefined) {
      const [language = '', ...marks] = (fence[1] as string).trim().split(/\s+/);
      const use = marks.find((mark) => mark.startsWith('run='))?.slice('run='.length);
      open = { language, use, line: index + 1 };
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
