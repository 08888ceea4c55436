// node run.mjs SETTING CASE: runs one case in one setting and prints, as one line of JSON, all that can be seen of it from outside.

import { startCapture } from './capture.mjs';
import { recordSpans } from './program.mjs';
import { collectMessages, SETTINGS } from './settings.mjs';

const [setting, name] = process.argv.slice(2);
const [file, key] = name.split('/');
const { [key]: prepare } = await import(`./cases/${file}.mjs`);
const messages = collectMessages();
const thrown = [];
process.on('uncaughtException', (error) => thrown.push(String(error?.stack ?? error)));
process.on('unhandledRejection', (error) => thrown.push(String(error?.stack ?? error)));

try {
  const answers = {};
  const capture = await startCapture(answers);
  const { batched, begin } = await SETTINGS[setting]();
  const {
    answers: own,
    parts = {},
    ready,
    use,
    after,
  } = await prepare({ url: capture.url, port: capture.port, batched });
  Object.assign(answers, own);
  const { provider, end } = begin(parts, `${capture.url}/v1/own`);
  await ready?.(provider);
  const seen = await (use ?? recordSpans)(provider);
  const ended = await end();
  const seenAfter = await after?.();
  capture.close();
  console.log(JSON.stringify({ requests: capture.requests, seen, seenAfter, ended, messages, thrown }));
} catch (error) {
  console.error(error);
  process.exit(1);
}
// Some of these packages hold the process for as long as they like.
process.exit();
