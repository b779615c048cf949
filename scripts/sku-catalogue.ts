/**
 * Makes `src/data/sku-catalogue.json` from Microsoft's "Product names and service plan identifiers for licensing.csv":
 *
 *     node scripts/sku-catalogue.ts licensing.csv
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { productNameKey } from '../src/data/product-name-key.ts'

/** How often each name is written, in the order of the file. */
type Uses = Map<string, number>

interface Plan {
  readonly names: Uses
  readonly titles: Uses
}

interface Sku {
  readonly partNumber: string
  readonly names: Set<string>
  readonly plans: Set<string>
}

const rows: Record<string, string>[] = parse(readFileSync(process.argv[2]!), { columns: true, bom: true })
const plans = new Map<string, Plan>()
const skus = new Map<string, Sku>()
const count = (uses: Uses, name: string): unknown => uses.set(name, (uses.get(name) ?? 0) + 1)

for (const row of rows) {
  const skuId = row['GUID']!.toLowerCase()
  const planId = row['Service_Plan_Id']!.toLowerCase()
  const sku = skus.get(skuId) ?? { partNumber: row['String_Id']!, names: new Set(), plans: new Set() }
  skus.set(skuId, sku)
  sku.names.add(row['Product_Display_Name']!.trim())
  sku.plans.add(planId)
  const plan = plans.get(planId) ?? { names: new Map<string, number>(), titles: new Map<string, number>() }
  plans.set(planId, plan)
  count(plan.names, row['Service_Plan_Name']!.trim())
  count(plan.titles, row['Service_Plans_Included_Friendly_Names']!.trim())
}

/** The spelling that most rows have. */
const usual = (uses: Uses): string => [...uses].reduce((best, each) => (each[1] > best[1] ? each : best))[0]

/** How many rows of a plan have a name, whatever its spelling. */
const usesOf = ({ names, titles }: Plan, key: string): number =>
  [...names, ...titles].reduce((sum, [name, uses]) => (productNameKey(name) === key ? sum + uses : sum), 0)

/**
 * Other names of a plan. Some old products list the names of their plans one row too far, so a name that is more often another plan's
 * is left out.
 */
const otherNames = (id: string, plan: Plan): readonly string[] => {
  const own = new Set([productNameKey(usual(plan.names)), productNameKey(usual(plan.titles))])
  return [...plan.names.keys(), ...plan.titles.keys()].filter(name => {
    const key = productNameKey(name)
    if (own.has(key)) return false
    own.add(key)
    return ![...plans].some(([other, each]) => other !== id && usesOf(each, key) > usesOf(plan, key))
  })
}

const at = new Map([...plans.keys()].map((id, nth) => [id, nth]))
const planRows = [...plans].map(([id, plan]) => [id, usual(plan.names), usual(plan.titles), ...otherNames(id, plan)])
const skuRows = [...skus].map(([id, sku]) => {
  const [name, ...others] = sku.names
  return [id, sku.partNumber, name, [...sku.plans].map(plan => at.get(plan)), ...others]
})
const lines = (items: readonly unknown[]): string => items.map(item => JSON.stringify(item)).join(',\n')
const file = new URL('../src/data/sku-catalogue.json', import.meta.url)
writeFileSync(file, `{"plans":[\n${lines(planRows)}\n],"skus":[\n${lines(skuRows)}\n]}\n`)
