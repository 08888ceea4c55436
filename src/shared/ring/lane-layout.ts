// Control words of one lane, shared by its export worker and every thread that records into the lane.
//
//   word             byte  written by  meaning
//   BELL              128  producers   counts rings of the doorbell; the sleeping worker waits on it
//   BEAT              256  worker      counts turns of the pump: a worker that stands still stops counting
//   FLUSH_REQUESTED   384  producers   ticket of the newest flush wanted
//   FLUSH_COMPLETED   512  worker      ticket up to which everything recorded before it was settled
//   STATE             640  worker      LaneState
//   LISTENING         768  worker      1: the worker hears the pool's channel; main stores 0 before a successor starts

export const LANE_BELL_WORD = 128 / 4;
export const LANE_BEAT_WORD = 256 / 4;
export const LANE_FLUSH_REQUESTED_WORD = 384 / 4;
export const LANE_FLUSH_COMPLETED_WORD = 512 / 4;
export const LANE_STATE_WORD = 640 / 4;
export const LANE_LISTENING_WORD = 768 / 4;
export const LANE_BYTES = 1024;

export const LaneState = {
  /** The thread was asked for and has not run the pipeline yet. */
  Starting: 0,
  Running: 1,
  /** The pipeline ended on request: everything was settled. */
  Stopped: 2,
} as const;
