import type { Owned } from './desk.ts'
import type { Direct, MatrixOperation } from './operations.ts'

/** What must be said of a row: one of these, as `outcome` or `outcome CODE`. */
type Said = readonly string[]

/** Somebody in a cell, with what must become of it. */
export interface Person {
  /** What is special about it. */
  readonly trait: string
  readonly direct: Direct
  /** A product that a group gives. */
  readonly inherited?: Owned
  readonly location: string | null
  /** What must be said of the row of a product. */
  said(sku: Owned): Said
  /** What it has directly after the run. */
  readonly after: Direct
  /** The request is refused as the person is deleted just before. */
  readonly isGone?: true
  /** What its refusal teaches. */
  readonly lesson?: string
}

const text = (plans: readonly string[] | undefined): string => (plans ? plans.toSorted().join() : 'none')
/** Whether a person has the same of a product. */
const isSame = (one: Direct, other: Direct, sku: Owned): boolean => text(one[sku]) === text(other[sku])

/** Products of which something was or is. */
const skusIn = (...all: readonly Direct[]): readonly Owned[] => [
  ...new Set(all.flatMap(each => Object.keys(each) as readonly Owned[])),
]
/** Products of which a person has something else after a change. */
export const changedIn = (before: Direct, after: Direct): readonly Owned[] =>
  skusIn(before, after).filter(sku => !isSame(before, after, sku))

/** What refusals have taught the program: it then says before what only the service knew. */
export type Lessons = Pick<Set<string>, 'has' | 'add'>

/** A lesson of which it is not known whether it was learned. */
export const perhaps = (lesson: string): string => `perhaps ${lesson}`

/** The people of a cell. Those at the beginning are ordinary ones, whom faults strike. */
export const peopleOf = (operation: MatrixOperation, lessons: Lessons): readonly Person[] => {
  const { base, mixed, apply, given, onlyInherited, needsLocation } = operation
  const isTransfer = operation.command.includes('transfer')
  const isModify = operation.command.includes('modify')
  const isRemoval = operation.command.includes('remove')
  const ordinary = (trait: string, direct: Direct, more: Partial<Person> = {}): Person => {
    const after = more.after ?? apply(direct)
    const isOther = (sku: Owned): boolean =>
      isTransfer ? changedIn(direct, after).length > 0 : !isSame(direct, after, sku)
    return { trait, direct, location: 'DE', after, said: sku => [isOther(sku) ? 'done' : 'unchanged'], ...more }
  }
  const refused = (trait: string, direct: Direct, said: Said, more: Partial<Person> = {}): Person =>
    ordinary(trait, direct, { after: direct, said: () => said, ...more })
  /** One product of the request is at fault, and the others are changed all the same. */
  const conflicted = (
    trait: string,
    beside: Direct | undefined,
    said: Said,
    more: Partial<Person> = {},
  ): readonly Person[] => {
    if (!beside) return []
    const direct = { ...base, ...beside }
    const [faulty] = operation.rows(direct)
    const full = apply(direct)
    const after: Direct = isTransfer
      ? direct
      : Object.fromEntries(
          skusIn(direct, full).flatMap(sku => {
            const plans = sku === faulty ? direct[sku] : full[sku]
            return plans ? [[sku, plans]] : []
          }),
        )
    return [ordinary(trait, direct, { after, said: sku => (sku === faulty ? said : ['done']), ...more })]
  }
  const unseen = (trait: string, beside: Direct | undefined, code: string): readonly Person[] => {
    const lesson = `${trait} ${JSON.stringify(beside)}`
    const isLearned = lessons.has(lesson)
    const said = [
      ...(isLearned ? [] : [`failed ${code}`]),
      ...(isLearned || lessons.has(perhaps(lesson)) ? ['skipped PLANS_CONFLICT'] : []),
    ]
    return conflicted(trait, beside, said, { lesson })
  }
  const lackingAll = isRemoval && operation.flags.includes('--all')
  const inheritedDirect = operation.flags.includes('--add') ? base : {}
  const wholeAfter = apply(inheritedDirect)
  const inheritedAfter: Direct =
    isTransfer || isModify || isRemoval
      ? inheritedDirect
      : Object.fromEntries(Object.entries(wholeAfter).filter(([sku]) => sku !== given))
  return [
    ...['first', 'second', 'third'].map(trait => ordinary(trait, base)),
    ordinary('with other plans', mixed),
    ordinary('as wanted', apply(base)),
    ...(isModify || isTransfer ? [refused('without', {}, ['skipped LICENCE_MISSING'])] : []),
    ...(isRemoval ? [refused('without', {}, ['unchanged'])] : []),
    ordinary('inherits', inheritedDirect, {
      inherited: given,
      after: inheritedAfter,
      said: sku =>
        sku !== given && !isTransfer
          ? ['done']
          : onlyInherited === 'unchanged'
            ? ['unchanged']
            : ['skipped LICENCE_INHERITED'],
    }),
    ...(operation.both ? [ordinary('has both', base, { inherited: given })] : []),
    needsLocation
      ? refused('nowhere', base, ['failed USAGE_LOCATION_MISSING'], { location: null })
      : ordinary('nowhere', base, { location: null }),
    needsLocation
      ? refused('where nothing is sold', base, ['failed USAGE_LOCATION_INVALID'], { location: 'CU' })
      : ordinary('where nothing is sold', base, { location: 'CU' }),
    ...conflicted('would have what excludes', operation.excluded, ['skipped PLANS_CONFLICT']),
    ...unseen('would have what excludes unseen', operation.excludedUnseen, 'PLANS_EXCLUSIVE'),
    ...(lackingAll ? [] : conflicted('would lack', operation.lacking, ['skipped PLANS_CONFLICT'])),
    ...(lackingAll ? [] : unseen('would lack unseen', operation.lackingUnseen, 'PLAN_LACKING')),
    refused('gone meanwhile', base, ['failed OBJECT_NOT_FOUND'], { isGone: true }),
    ordinary('restored', base),
  ]
}
