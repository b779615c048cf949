import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { memberships } from '../../src/sources/memberships.ts'
import { keeps } from '../contracts/keeps.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t)

for (const [name, make] of [
  ['all groups', () => memberships({ top: 50 })],
  // A list of more than 20 pages has a rest, which is a shard of its own.
  ['transitive members in small pages', () => memberships({ transitive: true, select: ['displayName'], top: 10 })],
  ['groups of a filter', () => memberships({ filter: 'securityEnabled eq true', top: 4 })],
] as const)
  t.test(`memberships of ${name} keep the contract of a source`, t => keeps(t, sourceContract({ make, graph: client })))
