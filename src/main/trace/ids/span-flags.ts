// W3C trace flags. Callers: tracer.ts, record/compiled-template.ts.

export const FLAG_SAMPLED = 0x01;
/** Level 2: a child keeps what its parent says about the randomness of the trace id. */
export const FLAG_RANDOM = 0x02;
