import type { SandboxRequest } from '../../../src/sandbox/protocol.ts'
import type { Turn } from './company.ts'

/** What kills are aimed at: classes of people, and phases of a run that write nothing to the directory. */
export const aims = [
  'joiners',
  'movers',
  'renames',
  'managers',
  'groups',
  'leave',
  'leavers',
  'sessions',
  'rehires',
  'deletions',
  'reconcile',
  'reports',
  'remember',
  'credentials',
] as const
/** One of `aims`. */
export type Aim = (typeof aims)[number]

const idIn = (path: string): string => path.split('/')[2] ?? ''

/** What a write is for, and for how many people. */
export const aimOf = (
  { method, path, body }: SandboxRequest,
  turnOf: (id: string) => Turn | undefined,
): readonly [Aim, number] | undefined => {
  if (method === 'GET') return undefined
  if (path === '/users') return ['joiners', 1]
  if (/^\/groups\//.test(path)) {
    const added = (body as { readonly 'members@odata.bind'?: readonly unknown[] } | undefined)?.['members@odata.bind']
    return ['groups', added?.length ?? 1]
  }
  if (path.endsWith('/manager/$ref')) return ['managers', 1]
  if (path.endsWith('/revokeSignInSessions')) return ['sessions', 1]
  if (path.endsWith('/restore')) return ['rehires', 1]
  if (!/^\/users\//.test(path)) return undefined
  if (method === 'DELETE') return ['deletions', 1]
  const turn = turnOf(idIn(path))
  const isSwitch = (body as { readonly accountEnabled?: boolean } | undefined)?.accountEnabled === false
  // Also who stays away leaves.
  if (isSwitch && turn !== 'leave') return ['leavers', 1]
  return [turn === 'leave' || turn === 'rehires' || turn === 'renames' ? turn : 'movers', 1]
}
