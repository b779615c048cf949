import type { Clock } from '../../core/clock.ts'
import type { Partnership } from '../directory/partnership.ts'
import type { Directory } from '../directory/types.ts'
import type { Resources, SandboxReply } from '../protocol.ts'
import { parseAddress, type Piece } from './address.ts'
import type { Call, World } from './call.ts'
import { faults } from './faults.ts'
import { defaultKnobs, type Knobs } from './knobs.ts'
import { runLicensing } from './licensing.ts'
import { createMailAliases } from './mail-aliases.ts'
import { memberSight } from './member-sight.ts'
import { withMetadata } from './metadata.ts'
import { createProvisioning } from './provisioning.ts'
import { createRelations } from './relations.ts'
import { createRouter } from './router.ts'
import { routes } from './routes.ts'
import { createSchema } from './schema.ts'
import { createMembersByName } from './members-by-name.ts'
import { createSortedLists } from './sorted-lists.ts'
import { createTokens } from './tokens.ts'

/** Dependencies of the resources. */
interface ResourcesOptions {
  readonly directory: Directory
  /** Measures the age of page tokens. The age of delta tokens is measured by the directory's clock. */
  readonly clock: Clock
  /** Signs page and delta tokens. The same key keeps links valid across restarts. */
  readonly key: Uint8Array | string
  /** A function is called for each request. */
  readonly knobs?: Knobs | (() => Required<Knobs>)
  /** Called for each request. */
  readonly partnership?: () => Partnership | undefined
}

/**
 * Creates the resources of Graph's directory: routes, query options, paging, delta, permissions. Between requests, only a
 * few walks through nested groups are kept. All other state is in the links.
 *
 * The reply to a listing is joined from the directory's JSON texts. It is only parsed and serialised again if the caller
 * requests another amount of metadata.
 *
 * @throws GraphFault with Graph's status, code and message
 */
export const createResources = ({ directory, clock, key, knobs, partnership }: ResourcesOptions): Resources => {
  const fixed = { ...defaultKnobs, ...(typeof knobs === 'object' && knobs) }
  const knobsNow = typeof knobs === 'function' ? knobs : () => fixed
  const world: Omit<World, 'knobs' | 'partnership'> = {
    directory,
    clock,
    tokens: createTokens(key),
    schema: createSchema(directory, knobsNow),
    sortedLists: createSortedLists(directory),
    membersByName: createMembersByName(directory),
    mailAliases: createMailAliases(directory),
    provisioning: createProvisioning(directory, knobsNow),
  }
  const route = createRouter(routes)
  const relationsFor = createRelations(directory)
  return async request => {
    world.provisioning.run()
    await runLicensing(directory, knobsNow())
    const { handle, keys, type } = route(request.method, withSignedIn(parseAddress(request.path), request.caller))
    const sight = memberSight(directory, request.caller)
    const call: Call = {
      ...world,
      knobs: knobsNow(),
      partnership: partnership?.(),
      request,
      keys,
      type,
      memberSight: sight,
      relations: relationsFor(sight),
    }
    const answer = await handle(call)
    const shown = (reply: SandboxReply): SandboxReply => withMetadata(reply, request.headers['accept'], request.root)
    return 'apply' in answer ? { ...answer, apply: () => shown(answer.apply()) } : shown(answer)
  }
}

/** Replaces `/me` by the signed-in user. */
const withSignedIn = (
  [first, ...rest]: readonly Piece[],
  { delegated, objectId }: { readonly delegated: boolean; readonly objectId: string },
): readonly Piece[] => {
  if (!first) throw faults.segmentUnknown('')
  if (first.text.toLowerCase() !== 'me' || first.key) return [first, ...rest]
  if (!delegated) throw faults.delegatedOnly()
  return [{ text: 'users' }, { text: objectId, key: { value: objectId } }, ...rest]
}
