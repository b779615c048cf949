import type { Clock } from '../../core/clock.ts'
import type { Caller } from './caller.ts'
import { hashOf, newSecret } from './secrets.ts'

/** How long a session lasts, and how long without a request. */
export const sessionMs = { whole: 12 * 3_600_000, idle: 30 * 60_000 } as const
const linkMs = 60_000
/** More than people who use one server at once have browsers. */
const mostSessions = 10_000

/** Who a session is for, and the hash of the token that began it: once that is revoked or has expired, so has the session. */
export interface SessionOwner {
  readonly caller: Caller
  readonly token?: string | undefined
  /** When the proof of it ends, if that is known. */
  readonly endsMs?: number | undefined
}

interface Session extends SessionOwner {
  readonly endsMs: number
  usedMs: number
}

/** Browsers that are signed in, and the links that sign them in. A server that is restarted knows neither. */
export interface Sessions {
  /** The secret of a link that signs one browser in as this caller, within a minute. */
  link(owner: SessionOwner): string
  /** Begins the session of a link. Undefined if it was used, is too old, or never was one. */
  begin(link: string): string | undefined
  /** Begins a session of somebody who has proved who they are. */
  start(owner: SessionOwner): string
  /** Whose session it is. It is thereby used. */
  owner(session: string): SessionOwner | undefined
  /** Whose session it is, without using it: what only listens does not keep a session from ending. */
  seen(session: string): SessionOwner | undefined
  end(session: string): void
}

/** Keeps hashes only, in memory. */
export const createSessions = (clock: Clock): Sessions => {
  const links = new Map<string, { readonly owner: SessionOwner; readonly endsMs: number }>()
  const sessions = new Map<string, Session>()
  const isOver = ({ endsMs, usedMs }: Session): boolean =>
    clock.now() >= endsMs || clock.now() - usedMs >= sessionMs.idle

  const sweep = (): void => {
    for (const [hash, session] of sessions) if (isOver(session)) sessions.delete(hash)
    for (const hash of sessions.keys()) if (sessions.size >= mostSessions) sessions.delete(hash)
  }

  const start = (owner: SessionOwner): string => {
    sweep()
    const session = newSecret()
    sessions.set(hashOf(session), {
      ...owner,
      endsMs: Math.min(clock.now() + sessionMs.whole, owner.endsMs ?? Infinity),
      usedMs: clock.now(),
    })
    return session
  }

  const find = (hash: string): Session | undefined => {
    const session = sessions.get(hash)
    if (!session || !isOver(session)) return session
    sessions.delete(hash)
    return undefined
  }

  return {
    start,
    link(owner) {
      for (const [hash, { endsMs }] of links) if (clock.now() >= endsMs) links.delete(hash)
      const secret = newSecret()
      links.set(hashOf(secret), { owner, endsMs: clock.now() + linkMs })
      return secret
    },
    begin(secret) {
      const hash = hashOf(secret)
      const link = links.get(hash)
      links.delete(hash)
      return link && clock.now() < link.endsMs ? start(link.owner) : undefined
    },
    owner(secret) {
      const session = find(hashOf(secret))
      if (session) session.usedMs = clock.now()
      return session
    },
    seen: secret => find(hashOf(secret)),
    end: secret => void sessions.delete(hashOf(secret)),
  }
}
