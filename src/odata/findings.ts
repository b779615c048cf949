import type { Support } from '../data/filter-rules.ts'
import type { Literal } from './ast.ts'

type FindingKind =
  | 'unknownProperty'
  | 'unfilterable'
  | 'operatorUnsupported'
  | 'needsAdvanced'
  | 'disputed'
  | 'tooManyOrs'
  | 'typeMismatch'
  | 'unsortable'
  | 'neverListed'
  | 'onlySingle'
  | 'everything'
  | 'annotation'

/** Something that Graph refuses, or accepts only with advanced query parameters. */
export interface Finding {
  readonly kind: FindingKind
  /** The path without variables: `assignedLicenses/skuId`. */
  readonly property: string
  /** `eq`, `ne`, `startsWith`, `any`, `not`, `or`, `$count`, `$orderby`, `$select` … */
  readonly operator: string
  /** Offset in the text, from 0. */
  readonly at: number
  /** True when `ConsistencyLevel: eventual` and `$count=true` solve it. */
  readonly advanced: boolean
  /** A likely correction. */
  readonly suggestion?: string
  /** The operator was used with null: `eq null`. */
  readonly withNull?: true
  /** `tooManyOrs`: the number of alternatives. */
  readonly count?: number
  /** `typeMismatch`: the schema's type. */
  readonly type?: string
  /** `typeMismatch`: the literal's type. */
  readonly literal?: Literal['type']
}

/** The result of checking a query before it is sent. */
export interface Check {
  readonly needsAdvanced: boolean
  /** In order of appearance. */
  readonly findings: readonly Finding[]
}

/** Makes a check from findings. */
export const checked = (findings: readonly Finding[]): Check => ({
  needsAdvanced: findings.some(finding => finding.advanced),
  findings: findings.toSorted((a, b) => a.at - b.at),
})

/** Findings that advanced query parameters do not solve, or all findings when these are not sent. */
export const refusals = ({ findings }: Check, advanced: boolean): readonly Finding[] =>
  findings.filter(finding => !(advanced && finding.advanced))

/** The findings for a level of support: one, or none if it is supported. */
export const leveled = (level: Support, where: Pick<Finding, 'property' | 'operator' | 'at'>): readonly Finding[] =>
  level === 'default'
    ? []
    : level === 'no'
      ? [{ ...where, kind: 'operatorUnsupported', advanced: false }]
      : [{ ...where, kind: level === 'disputed' ? 'disputed' : 'needsAdvanced', advanced: true }]
