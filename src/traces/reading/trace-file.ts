/** A trace on disk: the path that is opened, and how the user wrote it, which is what messages show. */
export interface TraceFile {
  readonly path: string;
  readonly label: string;
}

/** What a single trace may cost. Constants, not options: nobody's real trace comes near them. */
export interface TraceLimits {
  /** Bytes on disk. */
  readonly fileBytesMax: number;
  /** Bytes after gunzip, against gzip bombs. */
  readonly expandedBytesMax: number;
  readonly lineBytesMax: number;
  /** Data rows: reading 5 million of a plain list peaks at 1.5 GB of memory. */
  readonly rowsMax: number;
  /** Bytes of a file that must be held as one text (JSON). */
  readonly textBytesMax: number;
}

const MIB = 2 ** 20;

export const TRACE_LIMITS: TraceLimits = {
  fileBytesMax: 2048 * MIB,
  expandedBytesMax: 2048 * MIB,
  lineBytesMax: MIB,
  rowsMax: 5_000_000,
  textBytesMax: 256 * MIB,
};
