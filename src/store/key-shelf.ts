import { randomBytes } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'
import type { KeyWrapping } from './key-wrapping.ts'

/** Where small things are kept by name, for all machines. */
export interface Shelf {
  get(name: string): Promise<Uint8Array | undefined>
  /** Returns false if there is one of this name. */
  create(name: string, bytes: Uint8Array): Promise<boolean>
  names(): AsyncIterable<string>
  remove(names: readonly string[]): Promise<void>
}

/** Keys of runs on a shelf. Those that this process uses are in its memory. */
export interface ShelvedKeys {
  /** Gets the key of a run. Without one, the run has sealed nothing. */
  bring(run: string): Promise<void>
  /**
   * Gets the key of a run, or makes it.
   *
   * @param isNew whether the run has just begun, and so can have none
   * @throws EntrapipeError `STORE_UNUSABLE` if the run has a key that this process cannot open: a second one would make it two
   */
  keep(run: string, isNew?: boolean): Promise<void>
  /** The key, if it was brought. */
  of(run: string): Buffer | undefined
  forget(run: string): Promise<void>
  /** See `rewrapKeys`. */
  rewrap(): Promise<{ readonly rewrapped: number; readonly unreadable: number }>
}

const keyBytes = 32

/** A wrapped key has the name of its run, and that of the key which wraps it: so those that another one wraps are found without reading them. */
const nameOf = (run: string, wrapped: Buffer, { nameOf: by }: KeyWrapping): string => `${run}.${by(wrapped)}`

/** Keeps keys of runs on a shelf, wrapped. */
export const shelvedKeys = (shelf: Shelf, wrapping: KeyWrapping): ShelvedKeys => {
  const held = new Map<string, Buffer>()

  const find = async (run: string): Promise<Buffer | undefined> => {
    for (const by of wrapping.names) {
      const wrapped = await shelf.get(`${run}.${by}`)
      if (!wrapped) continue
      const key = wrapping.unwrap(Buffer.from(wrapped), run)
      if (key) return key
      throw new EntrapipeError('STORE_UNUSABLE', `The key of the run ${run} cannot be opened: it was changed.`)
    }
    return undefined
  }
  const bring = async (run: string): Promise<void> => {
    const key = held.get(run) ?? (await find(run))
    if (key) held.set(run, key)
  }
  const expectNone = async (run: string): Promise<void> => {
    for await (const name of shelf.names())
      if (name.startsWith(`${run}.`))
        throw new EntrapipeError(
          'STORE_UNUSABLE',
          `The key of the run ${run} cannot be opened: none of the keys in the file that ENTRAPIPE_KEY_FILE names has wrapped it.`,
          { fix: 'Use the same file on all machines, with the earlier keys in lines after the first one.' },
        )
  }
  const add = (run: string, key: Buffer): Promise<boolean> => {
    const wrapped = wrapping.wrap(key, run)
    return shelf.create(nameOf(run, wrapped, wrapping), wrapped)
  }

  return {
    bring,
    async keep(run, isNew = false) {
      await bring(run)
      if (held.has(run)) return
      if (!isNew) await expectNone(run)
      await add(run, randomBytes(keyBytes))
      // Another process may have been faster, so the one that is there counts.
      await bring(run)
    },
    of: run => held.get(run),
    async forget(run) {
      held.delete(run)
      await shelf.remove(wrapping.names.map(by => `${run}.${by}`))
    },
    async rewrap() {
      let [rewrapped, unreadable] = [0, 0]
      const [first, ...others] = wrapping.names
      const old: string[] = []
      for await (const name of shelf.names()) if (!name.endsWith(`.${first}`)) old.push(name)
      for (const name of old) {
        const at = name.lastIndexOf('.')
        const run = name.slice(0, at)
        const wrapped = others.includes(name.slice(at + 1)) ? await shelf.get(name) : undefined
        const key = wrapped && wrapping.unwrap(Buffer.from(wrapped), run)
        if (key && ((await add(run, key)) || (await find(run))?.equals(key))) {
          await shelf.remove([name])
          rewrapped++
        } else if (wrapped || !others.includes(name.slice(at + 1))) unreadable++
      }
      return { rewrapped, unreadable }
    },
  }
}
