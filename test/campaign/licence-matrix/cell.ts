import { isNotUndoable } from '../not-undoable.ts'
import { randomUUID } from 'node:crypto'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { GraphFault, type SandboxRequest } from '../../../src/sandbox/protocol.ts'
import { denied, owned, type Desk, type Owned } from './desk.ts'
import { operations, type Direct, type MatrixOperation } from './operations.ts'
import { changedIn, peopleOf, perhaps, type Lessons, type Person } from './people.ts'
import { covering, type Point } from './pairs.ts'
import { planIds, skuId } from './plans.ts'
import { selections, type Placed, type Selected, type Surroundings } from './selections.ts'
import { weathers } from './weather.ts'

const byName = new Map(operations.map(operation => [operation.name, operation]))

/** What is crossed. */
const dimensions = {
  operation: operations.map(({ name }) => name),
  selection: Object.keys(selections),
  weather: Object.keys(weathers),
  deleted: ['held', 'freed'],
  undo: ['undone', 'left'],
} as const

/** A cell of the matrix. */
type Cell = Point<typeof dimensions>

/** Products of which an ordinary person takes a unit, by the operation. */
const taken = new Map(
  operations.map(operation => {
    const { base, apply } = operation
    return [operation, (Object.keys(apply(base)) as readonly Owned[]).filter(sku => base[sku] === undefined)]
  }),
)
const takenBy = (operation: MatrixOperation): readonly Owned[] => taken.get(operation)!

const isPossible = ({ operation: name, selection, weather }: Cell): boolean => {
  const operation = byName.get(name)!
  const { units } = weathers[weather]!
  if (selection === 'columns of a file' && !operation.columns) return false
  // Nobody would gain a unit.
  if ((selection === 'has' || selection === 'any licence') && operation.command.includes('assign') && units)
    return false
  return units === undefined || takenBy(operation).length > 0
}

/** The cells that have each pair of values, those with the most new pairs first. */
export const cells = (): Iterable<Cell> => covering(dimensions, isPossible)

interface Line {
  readonly id: string | null
  readonly 'result id': string | null
  readonly outcome: string
  readonly code: string | null
  readonly target: string | null
  readonly message: string | null
}

/** Plays a cell, and returns what is not as Microsoft's documents and the options say, as sentences. */
export const play = async (desk: Desk, cell: Cell, lessons: Lessons): Promise<readonly string[]> => {
  const operation = byName.get(cell.operation)!
  const weather = weathers[cell.weather]!
  const wrong: string[] = []
  const mark = randomUUID().slice(0, 8)
  const { directory } = desk
  const { domain } = directory
  await desk.knobs({ deletedLicences: cell.deleted === 'freed' ? 'freed' : 'held' })
  for (const sku of owned) seats(desk, sku, { enabled: plenty, suspended: 0, lockedOut: 0 })

  const place = (person: Person, at: number, department: string): Placed => {
    const name = `p${at}-${mark}@${domain}`
    const values = {
      ...{ userPrincipalName: name, displayName: person.trait, mailNickname: `p${at}-${mark}`, accountEnabled: true },
      ...{ usageLocation: person.location, department, country: 'Germany' },
      onPremisesExtensionAttributes: { extensionAttribute1: department },
      assignedLicenses: Object.entries(person.direct).map(([sku, plans]) => ({
        skuId: skuId(sku as Owned),
        disabledPlans: planIds(sku as Owned, plans),
      })),
    }
    const [change] = desk.mutate([{ do: 'create', kind: 'user', values: values as never }])
    return { ...person, id: change!.id, name }
  }
  let groups = 0
  const group: Surroundings['group'] = (members, isDynamic) => {
    const name = `g${groups++}-${mark}`
    const [change] = desk.mutate([
      {
        do: 'create',
        kind: 'group',
        values: {
          ...{ displayName: name, mailNickname: name, mailEnabled: false, securityEnabled: true },
          groupTypes: isDynamic ? ['DynamicMembership'] : [],
          ...(isDynamic && { membershipRule: 'user.department -ne null', membershipRuleProcessingState: 'On' }),
        },
      },
    ])
    const { id } = change!
    desk.mutate(members.map(target => ({ do: 'link', kind: 'group', id, relation: 'members', target })))
    return id
  }
  const people = peopleOf(operation, lessons).map((person, at) => place(person, at, mark))
  const ordinary = people[0]!
  const outsider = place({ ...ordinary, trait: 'outsider' }, people.length, `not ${mark}`)
  const heirs = people.flatMap(({ id, inherited }) => (inherited ? [{ kind: 'user' as const, id }] : []))
  const licensing = group(heirs)
  const given = { skuId: skuId(operation.given), disabledPlans: [] }
  desk.mutate([{ do: 'update', kind: 'group', id: licensing, values: { assignedLicenses: [given] } as never }])
  await desk.truth(ordinary.id)

  const selected: Selected = selections[cell.selection]!(
    { cell: mark, people, outsider, domain, write: desk.write, group },
    operation,
  )
  const { chosen } = selected
  const [struck, other] = [people[0]!, people[1]!]
  const pathOf = ({ id }: Placed): string => `/users/${id}/assignLicense`
  const [scarce] = takenBy(operation)
  const inNeed = (person: Placed): boolean =>
    chosen.includes(person) &&
    scarce !== undefined &&
    person.after[scarce] !== undefined &&
    person.direct[scarce] === undefined &&
    person.inherited !== scarce
  /** All who would be sent, whether or not they are refused. */
  const wanting = chosen.filter(
    person =>
      scarce !== undefined &&
      operation.apply(person.direct)[scarce] !== undefined &&
      person.direct[scarce] === undefined &&
      person.inherited !== scarce &&
      person.said(scarce).some(said => !/^skipped|LOCATION_MISSING/.test(said)),
  )
  const served = wanting.filter(inNeed)
  const short = 2
  const set = (free: number): void =>
    seats(desk, scarce!, { enabled: directory.licences.sku(skuId(scarce!))!.consumed + free })
  if (weather.units === 'short' || weather.units === 'until') set(wanting.length - short)
  if (weather.units === 'suspended' || weather.units === 'lockedOut')
    seats(desk, scarce!, { enabled: 0, [weather.units]: plenty })
  if (weather.fault)
    await desk.faults([struck, other].map(person => ({ ...weather.fault!, match: `POST ${pathOf(person)}` })))
  const stop = new AbortController()
  let sent = 0
  const refusedOnce = new Set<string>()
  desk.watch(({ path, method }: SandboxRequest) => {
    if (method !== 'POST' || !path.endsWith('/assignLicense')) return
    sent++
    if (sent === 1 && weather.units === 'taken') set(served.length - short)
    if (sent === 2 && weather.isInterrupted) stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
    for (const gone of people)
      if (gone.isGone && path === pathOf(gone) && directory.collection('user').get(gone.id, 'truth'))
        desk.mutate([{ do: 'delete', kind: 'user', id: gone.id }])
    for (const person of [struck, other]) {
      if (weather.refusal === undefined || path !== pathOf(person)) continue
      if (weather.refusal === 403) throw denied()
      if (refusedOnce.has(path)) continue
      refusedOnce.add(path)
      throw new GraphFault(409, 'Directory_ConcurrencyViolation', 'A conflicting update is in progress.')
    }
  })
  const common = ['--tenant', 'sandbox', '--yes', '--json', '--max-failed', '1000', '--max-removals', '1000']
  const ran = await desk.run(
    [
      ...operation.command,
      ...selected.args,
      ...(selected.flags ?? operation.flags),
      ...(weather.units === 'until' ? ['--until-seats'] : []),
      ...common,
    ],
    { signal: stop.signal, ...(selected.piped !== undefined && { piped: selected.piped }) },
  )
  const runOf = ({ stdout }: { readonly stdout: string }): string => {
    const last = stdout.trim().split('\n').at(-1) ?? ''
    return last === '' ? '' : String((JSON.parse(last) as { readonly run?: string }).run ?? '')
  }
  let run = runOf(ran)
  let last = ran
  if (ran.status === 130) {
    run ||= (await desk.look(store => store.list()))[0]!.id
    last = await desk.run(['runs', 'resume', run, '--yes', '--json'])
  }
  const resultsOf = async (of: string): Promise<readonly Line[]> => {
    const { stdout } = await desk.run(['runs', 'results', of])
    return stdout
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as Line)
      .filter(({ outcome }) => typeof outcome === 'string')
  }
  let results = run === '' ? [] : await resultsOf(run)
  const waiting = results.filter(({ outcome }) => outcome === 'waiting').length
  if (operation.isLater) {
    const due = await desk.run(['runs', 'due', '--yes', '--json'], { days: 31 })
    if (waiting > 0) {
      run = runOf(due)
      const made = await resultsOf(run)
      if (made.length !== waiting) wrong.push(`${waiting} rows wait, and ${made.length} are made: ${due.stderr}`)
      results = [...results.filter(({ outcome }) => outcome !== 'waiting'), ...made]
      last = due
    }
  }
  desk.watch(undefined)
  await desk.faults([])

  const isStopped = weather.units === 'short' || weather.units === 'suspended' || weather.units === 'lockedOut'
  const nothingSent = isStopped && wanting.length > 0
  const left = new Set<Placed>()
  if (nothingSent) {
    if (last.status !== 5 || sent > 0)
      wrong.push(`Too few units: exit ${last.status}, ${sent} requests: ${last.stderr}`)
    for (const person of chosen) left.add(person)
  } else {
    if (![0, 3, ...(weather.losesBatches ? [7] : [])].includes(last.status))
      wrong.push(`Exit ${last.status}: ${last.stderr} ${last.stdout}`)
    const byTarget = Map.groupBy(results, ({ target }) => String(target).toLowerCase())
    let seen = 0
    for (const person of chosen) {
      const rows = new Set(operation.rows(person.direct))
      if (person.inherited && operation.flags.includes('--all')) rows.add(person.inherited)
      if (rows.size === 0)
        seen += results.filter(
          line => (line['result id'] ?? line.id) === person.id && line.outcome === 'unchanged',
        ).length
      for (const sku of rows) {
        const own = byTarget.get(`${person.id}/licences/${skuId(sku)}`) ?? []
        seen += own.length
        const heard = own.map(({ outcome, code }) =>
          outcome === 'done' || outcome === 'unchanged' ? outcome : `${outcome} ${code}`,
        )
        const isStruck = weather.refusal === 403 && (person === struck || person === other)
        const scarcity = weather.units === 'until' ? 'skipped SEATS_SHORT' : 'failed SeatsRanOut'
        const mayLack = (weather.units === 'until' || weather.units === 'taken') && wanting.includes(person)
        const said =
          isStruck && person.after !== person.direct && changedIn(person.direct, person.after).length > 0
            ? ['failed Authorization_RequestDenied']
            : [
                ...person.said(sku),
                ...(person.isGone && operation.isLater ? ['skipped OBJECT_NOT_FOUND'] : []),
                ...(person.isGone && weather.losesBatches ? ['unknown UNKNOWN_OUTCOME'] : []),
                ...(weather.isLate && (person === struck || person === other) ? ['unknown UNKNOWN_OUTCOME'] : []),
              ]
        if (heard.length === 1 && said.includes(heard[0]!)) {
          if (isStruck) left.add(person)
          // Who is interrupted just then learns nothing.
          if (person.lesson !== undefined && /^failed PLAN|^skipped/.test(heard[0]!))
            lessons.add(weather.isInterrupted ? perhaps(person.lesson) : person.lesson)
        } else if (heard.length === 1 && mayLack && heard[0] === scarcity) left.add(person)
        else
          wrong.push(
            `${person.trait}, ${sku}: expected ${said.join(' or ')}, got ${own.map(each => `${each.outcome} ${each.code} ${each.message}`).join(' and ') || 'nothing'}`,
          )
      }
    }
    const ofNobody =
      (selected.strangers ?? 0) *
      Math.max(1, operation.flags.includes('--all') ? 1 : operation.rows(operation.base).length)
    if (seen + ofNobody !== results.length)
      wrong.push(`${results.length} results, of which ${seen} are of those who were chosen`)
    const strangers = results.filter(({ outcome, code }) => outcome === 'failed' && code === 'OBJECT_NOT_FOUND').length
    const gone = chosen.filter(({ isGone }) => isGone).length
    if (strangers < ofNobody) wrong.push(`${strangers} of nobody failed, ${gone} gone`)
    if (weather.units === 'until' || weather.units === 'taken') {
      const expected = weather.units === 'until' ? Math.min(short, wanting.length) : Math.min(short, served.length)
      if (left.size !== expected) wrong.push(`${left.size} got no unit, expected ${expected}`)
    }
  }
  const stateOf = (id: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      directory.licences
        .states(id)
        .filter(({ by }) => by === null)
        .map(({ skuId: sku, disabledPlans }) => [sku, disabledPlans.toSorted().join()]),
    )
  const wantedOf = (direct: Direct): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(direct).map(([sku, plans]) => [
        skuId(sku as Owned),
        planIds(sku as Owned, plans)
          .toSorted()
          .join(),
      ]),
    )
  const compare = (when: string, person: Placed, direct: Direct): void => {
    const [now, wanted] = [stateOf(person.id), wantedOf(direct)].map(each =>
      JSON.stringify(Object.entries(each).toSorted()),
    )
    if (now !== wanted) wrong.push(`${when}, ${person.trait} has ${now}, expected ${wanted}`)
  }
  const isChanged = (person: Placed): boolean =>
    chosen.includes(person) && !left.has(person) && changedIn(person.direct, person.after).length > 0
  const scarcePart = (person: Placed): Direct => {
    // Only the row of the product that ran out is left.
    const parts = operation.rows(person.direct)
    if (!left.has(person) || parts.length < 2 || nothingSent || weather.refusal) return person.direct
    return Object.fromEntries(Object.entries(person.after).filter(([sku]) => sku !== scarce || person.direct[scarce!]))
  }
  const afterOf = (person: Placed): Direct =>
    isChanged(person) ? person.after : chosen.includes(person) ? scarcePart(person) : person.direct
  for (const person of [...people, outsider]) {
    if (person.isGone) continue
    compare('After the run', person, afterOf(person))
    const own = (await desk.truth(person.id)).filter(({ by }) => by === 'direct')
    const deeds = new Set(
      own.flatMap(({ request, client, untilRequest, untilClient }) => [
        ...(client === null ? [] : [request]),
        ...(untilClient === null ? [] : [untilRequest]),
      ]),
    )
    const changed = changedIn(person.direct, afterOf(person)).length
    const most = operation.command.includes('transfer') ? 1 : changed
    if (changed === 0 ? deeds.size > 0 : deeds.size < 1 || deeds.size > most)
      wrong.push(`${person.trait}: ${deeds.size} requests changed ${changed} products`)
  }
  if (cell.undo === 'undone' && !nothingSent && run !== '' && wrong.length === 0)
    wrong.push(...(await undo({ desk, cell, operation, run, people, results, compare, afterOf, resultsOf })))
  desk.mutate(
    [...people, outsider].flatMap(({ id }) =>
      directory.collection('user').get(id, 'truth') ? [{ do: 'delete', kind: 'user', id, permanent: true }] : [],
    ),
  )
  return wrong
}

interface Undone {
  readonly desk: Desk
  readonly cell: Cell
  readonly operation: MatrixOperation
  readonly run: string
  readonly people: readonly Placed[]
  readonly results: readonly Line[]
  readonly compare: (when: string, person: Placed, direct: Direct) => void
  readonly afterOf: (person: Placed) => Direct
  readonly resultsOf: (run: string) => Promise<readonly Line[]>
}

/** Undoes a run, and expects the beginning. Somebody was deleted and restored meanwhile. */
const undo = async (of: Undone): Promise<readonly string[]> => {
  const { desk, cell, operation, run, people, compare, afterOf, resultsOf } = of
  let { results } = of
  const wrong: string[] = []
  const restored = people.find(({ trait }) => trait === 'restored')!
  const touched = operation.rows(restored.direct)
  await desk.control('POST', '/mutations', { do: 'delete', kind: 'user', id: restored.id })
  // Where deletion frees licences, none is left for who comes back.
  const scarce = new Set([...touched, ...changedIn(restored.direct, afterOf(restored))])
  for (const sku of scarce) seats(desk, sku, { enabled: 0, suspended: 0, lockedOut: 0 })
  await desk.control('POST', '/mutations', { do: 'restore', kind: 'user', id: restored.id })
  for (const sku of scarce) seats(desk, sku, { enabled: plenty })
  const after = afterOf(restored)
  const now: Direct =
    cell.deleted === 'held'
      ? after
      : Object.fromEntries(Object.entries(after).filter(([sku]) => !scarce.has(sku as Owned)))
  compare('After the restoration', restored, now)
  if (results.some(({ outcome }) => outcome === 'unknown')) {
    // Nothing is undone before they are decided again.
    const decided = await desk.run(['runs', 'retry', run, '--outcome', 'unknown', '--yes', '--json'])
    if (![0, 3, 7].includes(decided.status)) wrong.push(`Decided again: ${decided.status} ${decided.stderr}`)
    results = await resultsOf(run)
  }
  const undone = await desk.run([
    'runs',
    'undo',
    run,
    '--yes',
    '--json',
    '--max-failed',
    '1000',
    '--max-removals',
    '1000',
  ])
  const last = undone.stdout.trim().split('\n').at(-1) ?? ''
  const made = last === '' ? [] : await resultsOf(String((JSON.parse(last) as { readonly run: string }).run))
  const done = results.filter(({ outcome }) => outcome === 'done' || outcome === 'unknown')
  if (made.length !== done.length && done.length > 0)
    wrong.push(`${done.length} rows were done, and ${made.length} undone: ${undone.stderr}`)
  const changed = changedIn(restored.direct, after)
  const undecided = results.flatMap(({ outcome, target }) => (outcome === 'unknown' ? [String(target)] : []))
  // Nothing is assigned to who has no place where it is sold, not even back.
  const isStuck = (person: Placed): boolean =>
    undecided.some(target => target.startsWith(person.id)) ||
    ((person.location === null || person.location === 'CU') &&
      Object.keys(person.direct).length > 0 &&
      operation.command.includes('remove'))
  const isLost = changedIn(now, after).some(sku => changed.includes(sku))
  for (const { id, outcome, code, message, target } of made) {
    const isRestored = String(id ?? target).startsWith(restored.id)
    const isAsBefore = changedIn(now, restored.direct).every(sku => !changed.includes(sku))
    const person = people.find(each => String(id ?? target).startsWith(each.id))
    const expected =
      isRestored && isLost
        ? [isAsBefore ? 'unchanged' : 'failed']
        : person !== undefined && isStuck(person)
          ? ['failed']
          : ['done']
    // Of who is gone, the row names nobody: it is not known whether it was performed.
    const isOfGone = person === undefined ? isNotUndoable(code) && people.some(each => each.isGone) : person.isGone
    if (!expected.includes(outcome) && !isOfGone)
      wrong.push(`The undo says of ${person?.trait}: ${outcome} ${code} ${message}, expected ${expected.join()}`)
  }
  for (const person of people)
    if (!person.isGone && person !== restored)
      compare('After the undo', person, isStuck(person) ? afterOf(person) : person.direct)
  if (!isLost) compare('After the undo', restored, { ...allBut(now, changed), ...pick(restored.direct, changed) })
  return wrong
}

const pick = (direct: Direct, skus: readonly Owned[]): Direct =>
  Object.fromEntries(Object.entries(direct).filter(([sku]) => skus.includes(sku as Owned)))

const allBut = (direct: Direct, skus: readonly Owned[]): Direct =>
  Object.fromEntries(Object.entries(direct).filter(([sku]) => !skus.includes(sku as Owned)))

const plenty = 100_000
const seats = (desk: Desk, sku: Owned, units: Parameters<Desk['directory']['licences']['buy']>[1]): void =>
  void desk.directory.licences.buy(sku, units)
