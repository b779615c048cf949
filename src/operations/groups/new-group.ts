import type { Draw } from '../../core/draw.ts'
import type { Values } from '../../core/operation.ts'
import { expectWritable } from '../properties/expect-property.ts'
import { invalid, textOf } from '../values/expect.ts'
import { isDynamic, isUnified } from './mastered.ts'

/** A group to be created. */
export type NewGroup = Values & {
  /** As Graph accepts it. */
  readonly properties: Values
  /** Whether the mail nickname was drawn, so that no other group has it. */
  readonly drawn: boolean
}

/** The display name of a new group. */
export const nameOf = ({ properties }: NewGroup): string => properties['displayName'] as string

/** The mail nickname of a new group, by which it is found again. */
export const nicknameOf = ({ properties }: NewGroup): string => properties['mailNickname'] as string

/** A readable and unique mail nickname. */
const drawnNickname = (name: string, draw: Draw): string => {
  const readable = name
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/gi, '')
    .slice(0, 40)
  return `${readable || 'group'}-${draw.text(12)}`
}

/**
 * Checks a new group, and derives what Graph demands and people do not write: a security group, unless its types say `Unified`, and
 * a mail nickname. The rule of a dynamic group is processed, as the portal does, unless the row pauses it.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const newGroup = (values: Values, draw: Draw): NewGroup => {
  const { properties: nested, drawn: wasDrawn, ...flat } = values
  const all = { ...flat, ...(nested as Values | undefined) }
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
  const displayName = textOf(given, 'displayName', 'the name of the group')
  const drawn = wasDrawn === true || given['mailNickname'] === undefined
  const properties: Values = {
    groupTypes: [],
    mailEnabled: isUnified(given),
    securityEnabled: !isUnified(given),
    ...(isDynamic(given) && { membershipRuleProcessingState: 'On' }),
    ...given,
    displayName,
    mailNickname: given['mailNickname'] ?? drawnNickname(displayName, draw),
  }
  for (const [name, value] of Object.entries(properties)) expectWritable('group', name, value)
  if (properties['mailEnabled'] === true && !isUnified(properties))
    throw invalid(
      'mailEnabled',
      'Graph creates no mail-enabled security groups and no distribution lists.',
      'Create the group in Exchange, or add Unified to groupTypes.',
    )
  expectRule(properties)
  return { properties, drawn }
}

/** @throws EntrapipeError `ROW_INVALID` for a rule of a group that is not dynamic, and for a dynamic group without one */
const expectRule = (properties: Values): void => {
  const hasRule = properties['membershipRule'] !== undefined
  if (hasRule === isDynamic(properties)) return
  if (!hasRule) throw invalid('membershipRule', 'A dynamic group has a rule, and membershipRule is missing.')
  const types = isUnified(properties) ? 'Unified;DynamicMembership' : 'DynamicMembership'
  throw invalid(
    'groupTypes',
    'Only a dynamic group has a membershipRule, and groupTypes does not say DynamicMembership.',
    `Write ${types} to groupTypes, or remove the rule.`,
  )
}

/** What is compared with groups of the same name: a nickname that was drawn is none of the row's values. */
export const comparable = ({ properties, drawn }: NewGroup): Values => {
  const { mailNickname, ...others } = properties
  return drawn || mailNickname === undefined ? others : { ...others, mailNickname }
}
