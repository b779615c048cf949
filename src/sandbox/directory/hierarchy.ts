import { scatter } from './permutation.ts'
import { chiefs, departments, executive } from './vocabulary/departments.ts'
import { weightedSlots } from './weights.ts'

const reports = 8

/**
 * The reporting lines, by seniority: 0 is at the top, and eight people report to each person. Below the nine people at the
 * top, each branch is one department.
 */
export interface Hierarchy {
  /** Seniority of the manager; −1 at the top. */
  above(seniority: number): number
  /** Index into `departmentNames`. */
  departmentOf(seniority: number): number
  /** Index into `jobTitles`; `hash` chooses among the titles of people without reports. */
  titleOf(seniority: number, hash: number): number
}

/** By the index that `departmentOf` returns. */
export const departmentNames: readonly string[] = [...departments.map(({ name }) => name), executive.name]
/** By the same index. */
export const divisions: readonly string[] = [...departments.map(({ division }) => division), executive.division]
/** By the same index. */
export const costCenters: readonly string[] = [...departments.map(({ costCenter }) => costCenter), executive.costCenter]

/** The top, the chiefs, then for each department: vice president, director, manager, team lead, and its own titles. */
const heads = (name: string): string[] => [
  `Vice President, ${name}`,
  `Director of ${name}`,
  `${name} Manager`,
  `${name} Team Lead`,
]
const firstTitles: number[] = []
const titles = ['Chief Executive Officer', ...chiefs]
for (const { name, titles: own } of departments) {
  firstTitles.push(titles.length)
  titles.push(...heads(name), ...own)
}
/** By the index that `titleOf` returns. */
export const jobTitles: readonly string[] = titles

const titleSlots = departments.map(({ titles: own }) => weightedSlots(own.map((_, place) => 1 / (place + 1))))

/** The reporting lines of `size` people. */
export const hierarchy = (size: number, key: number): Hierarchy => {
  const slots = weightedSlots(departments.map(({ weight }) => weight))
  const branches = Array.from({ length: 73 }, (_, top) => slots[scatter(key ^ (top + 0x3d17)) & 0xff] ?? 0)
  // Every department gets a branch, so that none is missing when there are few branches.
  departments.forEach((_, index) => (branches[9 + index * 4] = index))
  branches.fill(departments.length, 0, 9)
  const above = (seniority: number): number => (seniority === 0 ? -1 : Math.floor((seniority - 1) / reports))
  const departmentOf = (seniority: number): number => {
    let at = seniority
    while (at >= 73) at = (at - 1) >>> 3
    return branches[at] ?? 0
  }
  return {
    above,
    departmentOf,
    titleOf(seniority, hash) {
      if (seniority < 9) return seniority
      const department = departmentOf(seniority)
      const first = firstTitles[department] ?? 0
      if (seniority < 73) return first
      if (seniority < 585) return first + 1
      if (seniority * reports + 1 < size) return first + (seniority < 4681 || hash & 1 ? 2 : 3)
      return first + 4 + (titleSlots[department]?.[hash & 0xff] ?? 0)
    },
  }
}
