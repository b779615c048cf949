import { planNamed } from '../../licensing/shown-names.ts'
import type { LearnedRule } from '../../licensing/plan-rules.ts'
import { planTopic } from '../../operations/licences/known-rules.ts'
import { keptLessons, lessonsFile, lessonTables } from '../../store/lessons.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { minute } from '../report/words.ts'
import { textTable } from '../../formats/text-table.ts'
import { tenantId } from './tenant-id.ts'

/**
 * `entrapipe licenses rules`: the rules about plans that refusals of a tenant taught.
 *
 * @throws EntrapipeError as `tenantId`; `STORE_UNUSABLE`
 */
export const listRules = async ({ tenant }: { readonly tenant?: string }, cli: Cli): Promise<void> => {
  const id = await tenantId(tenant, cli)
  const store = await cli.store()
  const file = store
    .lastingFiles()
    .find(each => each.tenant.toLowerCase() === id.toLowerCase() && each.name === lessonsFile)
  const rules = file ? keptLessons(store.lasting(file.tenant, lessonsFile, lessonTables), planTopic) : []
  const told = rules.map(({ lesson, at, run }) => {
    const rule = lesson as LearnedRule
    const [how, others] = 'needs' in rule ? (['needs', rule.needs] as const) : (['excludes', [rule.excludes]] as const)
    return { plan: planNamed(rule.plan), [how]: others.map(planNamed), how, others: others.map(planNamed), at, run }
  })
  if (cli.json())
    return printLines(
      cli,
      told.map(({ how: _, others: __, at, ...rule }) => JSON.stringify({ ...rule, at: new Date(at).toISOString() })),
    )
  if (told.length === 0) return cli.say('No refusal has taught a rule about plans in this tenant.')
  await printLines(
    cli,
    textTable([
      ['PLAN', 'RULE', 'PLANS', 'LEARNED', 'RUN'],
      ...told.map(({ plan, how, others, at, run }) => [
        plan,
        how === 'needs' ? 'needs one of' : 'excludes',
        others.join(', '),
        `${minute(at)} UTC`,
        run,
      ]),
    ]),
  )
  cli.say(`To forget them: entrapipe runs forget ${lessonsFile} --tenant-id ${id} --yes`)
}
