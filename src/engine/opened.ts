import type { Context } from '../core/context.ts'
import type { Destination } from '../core/place.ts'
import type { RunPhase, Store } from '../store/store.ts'
import { phasesOf } from '../store/types.ts'

type Opened = { readonly target: string; readonly identity: string }

const openedNote = 'opened'

/** Notes which file a phase has opened, so that one of another store is never removed in its place. */
export const noteOpened = async (
  run: Pick<RunPhase, 'saveNote'>,
  place: Destination | undefined,
  ctx: Context,
): Promise<void> => {
  const target = place?.target(ctx)
  const identity = await place?.identity?.(ctx)
  if (target !== undefined && identity !== undefined)
    await run.saveNote(openedNote, { target, identity } satisfies Opened)
}

/** The identities of what a run has opened, by target. What it noted nothing of is missing. */
export const openedBy = async (
  store: Pick<Store, 'get' | 'read'>,
  id: string,
): Promise<ReadonlyMap<string, string>> => {
  const info = await store.get(id)
  try {
    return await store.read(info.id, async reader => {
      const opened = await Promise.all(
        phasesOf(info).map(async phase => (await reader.phase(phase).loadNote(openedNote)) as Opened | undefined),
      )
      return new Map(opened.flatMap(one => (one ? [[one.target, one.identity] as const] : [])))
    })
  } catch {
    // Its file is lost or damaged. It can be discarded all the same.
    return new Map()
  }
}
