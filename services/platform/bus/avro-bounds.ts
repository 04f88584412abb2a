/**
 * avsc trusts the length of an array: ten hostile bytes that claim a billion elements would hold the process for minutes and then end it.
 * An element of ours takes a byte at least, so a block longer than the bytes left is refused. Importing this module mends avsc once per process.
 */
import avro from 'avsc'

interface Tap {
  readonly buf: Buffer
  pos: number
  readLong(): number
}

interface ArrayType {
  readonly itemsType: { _read(tap: Tap): unknown; _skip(tap: Tap): void }
}

const blockLength = (tap: Tap): number => {
  const n = tap.readLong()
  if (n < 0) tap.readLong() // the block's size in bytes, which nothing here needs
  const length = Math.abs(n)
  if (length > tap.buf.length - tap.pos) throw new Error(`an array of ${length} elements in ${Math.max(tap.buf.length - tap.pos, 0)} bytes`)
  return length
}

const prototype: { _read: unknown; _skip: unknown } = (avro.types.ArrayType as unknown as { prototype: { _read: unknown; _skip: unknown } }).prototype

prototype._read = function (this: ArrayType, tap: Tap): unknown[] {
  const items: unknown[] = []
  for (let n = blockLength(tap); n > 0; n = blockLength(tap)) while (n-- > 0) items.push(this.itemsType._read(tap))
  return items
}

prototype._skip = function (this: ArrayType, tap: Tap): void {
  for (let n = blockLength(tap); n > 0; n = blockLength(tap)) while (n-- > 0) this.itemsType._skip(tap)
}
