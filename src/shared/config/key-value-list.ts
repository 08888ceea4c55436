// The list form of variables: `key=value,key=value`, percent-encoded (W3C Baggage without properties).
// Thread: main; callers: headers.ts, resource-config.ts, main/config-file/create.

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** A member that cannot be read. `key` is what may be shown of it: never the value. */
export interface BadMember {
  readonly key: string;
  readonly problem: string;
}

export function parseKeyValueList(text: string): (KeyValue | BadMember)[] {
  // Blank: a comma too many, at the end for example.
  const written = text.split(',').map((part) => part.trim());
  return written.filter((part) => part !== '').map(parseMember);
}

/** The same for resource attributes, in whose values "=" has to be encoded (Resource SDK, "environment variable"). */
export function parseAttributeList(text: string): (KeyValue | BadMember)[] {
  const written = text.split(',').filter((part) => part.trim() !== '');
  return parseKeyValueList(text).map((member, i) =>
    isBadMember(member) || written[i].split('=').length === 2
      ? member
      : { key: member.key, problem: 'has an "=" in its value, which has to be written as %3D' },
  );
}

export function isBadMember(member: KeyValue | BadMember): member is BadMember {
  return 'problem' in member;
}

function parseMember(member: string): KeyValue | BadMember {
  const equals = member.indexOf('=');
  // Without "=" the member may be a lone secret: it is not shown.
  if (equals < 0) return { key: '(a member without "=")', problem: 'has no "="' };
  const writtenKey = member.slice(0, equals).trim();
  if (writtenKey === '') return { key: '(a member without key)', problem: 'has no key before "="' };
  const key = percentDecode(writtenKey);
  if (key === undefined) return { key: writtenKey, problem: 'has a key that is not percent-encoded UTF-8' };
  const value = percentDecode(member.slice(equals + 1).trim());
  if (value === undefined) return { key, problem: 'has a value that is not percent-encoded UTF-8' };
  return { key, value };
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
