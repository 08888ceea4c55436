// Reads the responses of one keep-alive connection that has one request at a time. Called by load-generator.ts.

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

export class ResponseReader {
  #text = '';

  /** A whole response, once its last byte is there. Throws if the bytes are no response with a length. */
  read(chunk: Buffer): HttpResponse | undefined {
    this.#text += chunk.toString('latin1');
    const headLength = this.#text.indexOf(HEAD_END);
    if (headLength === -1) return undefined;
    const head = this.#text.slice(0, headLength);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(head);
    if (status === null) throw new Error(`no response: ${head.slice(0, 40)}`);
    const length = /\r\ncontent-length: (\d+)/i.exec(head);
    if (length === null) throw new Error(`a response without content-length: ${head}`);
    const bodyStart = headLength + HEAD_END.length;
    const end = bodyStart + Number(length[1]);
    if (this.#text.length < end) return undefined;
    if (this.#text.length > end) throw new Error('more bytes than the response has');
    const body = this.#text.slice(bodyStart);
    this.#text = '';
    return { status: Number(status[1]), body };
  }
}
