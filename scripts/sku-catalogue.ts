/**
 * Makes `src/data/sku-catalogue.json` from Microsoft's "Product names and service plan identifiers for licensing.csv":
 *
 *     node scripts/sku-catalogue.ts licensing.csv
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

const rows: Record<string, string>[] = parse(readFileSync(process.argv[2]!), { columns: true, bom: true })
const plans = new Map<string, readonly [id: string, name: string, title: string]>()
const skus = new Map<string, { readonly partNumber: string; readonly name: string; readonly plans: Set<string> }>()
for (const row of rows) {
  const skuId = row['GUID']!.toLowerCase()
  const planId = row['Service_Plan_Id']!.toLowerCase()
  const partNumber = row['String_Id']!
  const sku = skus.get(skuId) ?? { partNumber, name: row['Product_Display_Name']!, plans: new Set<string>() }
  skus.set(skuId, sku)
  // The name of a plan differs between products, so it belongs to the plan as the product has it.
  const plan = [planId, row['Service_Plan_Name']!, row['Service_Plans_Included_Friendly_Names']!] as const
  const key = plan.slice(0, 2).join(' ')
  if (!plans.has(key)) plans.set(key, plan)
  sku.plans.add(key)
}
const at = new Map([...plans.keys()].map((key, nth) => [key, nth]))
const lines = (items: readonly unknown[]): string => items.map(item => JSON.stringify(item)).join(',\n')
const table = [...skus].map(([id, sku]) => [id, sku.partNumber, sku.name, [...sku.plans].map(key => at.get(key))])
const file = new URL('../src/data/sku-catalogue.json', import.meta.url)
writeFileSync(file, `{"plans":[\n${lines([...plans.values()])}\n],"skus":[\n${lines(table)}\n]}\n`)
