// H16: the first batch waits for attributes of the resource that are still being detected; nothing else does.

import { describe, expect, test } from 'vitest';
import { encodeResourceBlob } from '../../src/shared/codec/blobs.js';
import type { OtlpProtocol } from '../../src/shared/config/resolved-config.js';
import { BodyPool } from '../../src/worker/encode/body-pool.js';
import { createEncoders } from '../../src/worker/encoder-factory.js';
import { createProducer } from '../../src/worker/producer-channel.js';
import { decodeJsonRequest, decodeProtobufRequest } from '../support/otlp-decoder.js';
import { PipelineRig } from './rig/pipeline-rig.js';
import { TestProducer } from './rig/test-producer.js';

const WAIT = 5000;

describe('H16 the first batch', () => {
  test('H16 waits for the late resource, and is sent when it has come', async () => {
    const rig = new PipelineRig({ scheduledDelayMillis: 10, resourceWaitMillis: WAIT });
    rig.record(0, 3);
    await rig.run(WAIT - 1);
    expect(rig.transport.sizes).toEqual([]);
    rig.pipeline.resourceIsComplete();
    await rig.run(0);
    expect(rig.transport.sizes).toEqual([3]);
  });

  test('H16 waits no longer than it was told', async () => {
    const rig = new PipelineRig({ scheduledDelayMillis: 10, resourceWaitMillis: WAIT });
    rig.record(0, 3);
    await rig.run(WAIT - 1);
    expect(rig.transport.sizes).toEqual([]);
    await rig.run(1);
    expect(rig.transport.sizes).toEqual([3]);
    rig.pipeline.resourceIsComplete();
    rig.record(0, 1);
    await rig.run(10);
    expect(rig.transport.sizes).toEqual([3, 1]);
  });

  test('H16 also waits when it is full, and what follows stays in the ring', async () => {
    const rig = new PipelineRig({ maxExportBatchSize: 10, resourceWaitMillis: WAIT });
    rig.record(0, 25);
    await rig.run(100);
    expect(rig.transport.sizes).toEqual([]);
    rig.pipeline.resourceIsComplete();
    await rig.run(0);
    expect(rig.transport.sizes).toEqual([10, 10]);
  });

  test('H16 does not wait when a ring fills up: recording is not blocked', async () => {
    const rig = new PipelineRig({ ringBytes: 65_536, maxExportBatchSize: 65_536, resourceWaitMillis: WAIT });
    while (rig.usedBytes <= 32_768 - 200) rig.record(0, 1);
    await rig.run(100);
    expect(rig.transport.sizes).toEqual([]);
    while (rig.usedBytes <= 32_768) rig.record(0, 1);
    rig.pump();
    expect(rig.transport.attempts).toHaveLength(1);
  });

  test.each(['port', 'lane words'])('H16 does not wait when a flush comes over the %s', async (how) => {
    const rig = new PipelineRig({ resourceWaitMillis: WAIT });
    rig.record(0, 3);
    await rig.run(100);
    const flushed = how === 'port' ? rig.pipeline.flush(1000) : undefined;
    if (flushed === undefined) rig.requestFlushByWord();
    await rig.run(100);
    expect(rig.transport.sizes).toEqual([3]);
    expect(flushed === undefined ? rig.flushCompleted : Number(await flushed)).toBe(1);
  });
});

describe.each<OtlpProtocol>(['http/protobuf', 'http/json'])('H16 encoders of %s', (protocol) => {
  const blob = (value: string) =>
    encodeResourceBlob({ schemaUrl: `urn:${value}`, attributes: [['key', value]] }, (bytes) => {
      const buffer = Buffer.from(bytes.buffer);
      return (text, offset) => buffer.write(text, offset);
    });
  const decode = protocol === 'http/json' ? decodeJsonRequest : decodeProtobufRequest;

  test('H16 write the resource as it is when a batch is finished', async () => {
    const encoders = await createEncoders(protocol, blob('early'), new BodyPool());
    const encoder = encoders.create();
    const add = () => {
      const producer = new TestProducer(0, 65_536);
      producer.record(8);
      const { ring, ...rest } = createProducer(producer.channel, 0);
      const offset = ring.peek();
      expect(encoder.add({ ring, ...rest }, ring.words, ring.bytes, offset)).toBe(true);
    };
    const finished = () => {
      const [{ attributes, schemaUrl }] = decode(encoder.finish());
      return [attributes[0].value, schemaUrl];
    };
    add();
    expect(finished()).toEqual([{ string: 'early' }, 'urn:early']);
    add();
    expect(encoders.replaceResource(blob('late'))).toBe(true);
    expect(finished()).toEqual([{ string: 'late' }, 'urn:late']);
    expect(encoders.replaceResource(new Uint8Array(2))).toBe(false);
    add();
    expect(finished()).toEqual([{ string: 'late' }, 'urn:late']);
  });
});
