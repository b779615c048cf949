import { mixText } from './key-text.ts'
import type { LedgerState } from './ledger-types.ts'

/**
 * `ledger` has what intake added and never changes afterwards. `work` has what becomes of each row; it is filled by `arrange` in
 * the order in which rows are claimed, so that rows that are sent together are in the same pages. `attempts` is appended: each
 * attempt names the one before it of the same row, so that it needs no index. `subject` is a hash of `about`. Attempts up to
 * `retriedAfter` belong to results that a retry has reopened.
 */
export const ledgerTables = `
  create table ledger (
    ordinal integer primary key,
    key not null,
    step integer not null,
    kind text not null,
    ordered integer not null,
    waits text,
    subject integer not null,
    about text not null,
    digest text not null,
    lock text not null,
    locks text,
    row text not null,
    sealed text,
    input text
  );
  create table work (
    rank integer primary key,
    ordinal integer not null,
    state integer not null,
    waits text,
    waitsFor integer,
    releasedAt integer,
    attempts integer not null,
    lastAttempt integer,
    firstSentAt integer,
    lastSentAt integer,
    before text,
    id text,
    outcome text,
    result integer,
    isFinal integer
  );
  create table attempts (
    number integer primary key,
    ordinal integer not null,
    attempt integer not null,
    client text not null,
    at integer not null,
    previous integer,
    withdrawn integer not null
  );
  alter table results add column entry integer`

/** From version 3 to 4. */
export const ledgerRetries = 'alter table work add column retriedAfter integer not null default 0'

/**
 * From version 4 to 5. `intakes` has the phases whose rows are complete, each with its range of ordinals, which is also its range of
 * ranks: phases follow one another, and so do their rows. `lost` is `Entry.lost`.
 */
export const ledgerPhases = `
  create table intakes (phase text primary key, first integer not null, last integer not null) without rowid;
  insert into intakes
    select ifnull((select phase from facts where name = 'note/intake' limit 1), 'main'), min(ordinal), max(ordinal)
    from work having count(*) > 0;
  alter table work add column lost integer not null default 0`

/** From version 7 to 8. Rows about the same thing are compared themselves. */
export const ledgerDigests = 'alter table ledger drop column digest'

/** From version 8 to 9. What a row needs of other rows. */
export const ledgerNeeds = `
  create table needs (
    ordinal integer not null, key not null, step integer not null, waits text not null, primary key (ordinal, key, step)
  ) without rowid`

/** From version 9 to 10. `answered` is `Entry.answered`: 0 none, 1 accepted, 2 refused. */
export const ledgerAnswers = 'alter table work add column answered integer not null default 0'

/** From version 10 to 11. `due` is when a row that waits for its time is made, milliseconds since 1970. */
export const ledgerDue = 'alter table work add column due integer'

/** The states as numbers, in the order of a row's life. */
export const states = ['waiting', 'pending', 'sent', 'settled'] as const satisfies readonly LedgerState[]

/** As numbers. */
export const waiting = 0
/** As numbers. */
export const pending = 1
/** As numbers. */
export const sent = 2
/** As numbers. */
export const settled = 3

/** Gives the rows of an intake, from an ordinal on, a state. */
export const arrangement = `
  insert into work (ordinal, state, waits, waitsFor, attempts)
  select ordinal, iif(waits is null, ${pending}, ${waiting}), waits, iif(waits is null, null, ordinal - 1), 0
  from ledger where ordinal >= ? order by lock, ordinal`

/** Created at once when all rows are known: kept up row by row, in random order, they would take longer than all the rest. */
export const indexes = [
  'create unique index work_by_ordinal on work (ordinal)',
  `create index work_pending on work (rank) where state = ${pending}`,
  `create index work_sent on work (ordinal) where state = ${sent}`,
  `create index work_waiting on work (waitsFor) where state = ${waiting}`,
  'create index ledger_by_subject on ledger (subject)',
  'create index needs_by_key on needs (key, step)',
]

/** Drops the indexes, for rows to come. */
export const withoutIndexes = [
  'work_by_ordinal',
  'work_pending',
  'work_sent',
  'work_waiting',
  'work_by_outcome',
  'ledger_by_subject',
  'ledger_by_key',
  'needs_by_key',
].map(name => `drop index if exists ${name}`)

/** A hash of 53 bits, which a number can hold. */
export const subjectOf = (about: string): number =>
  (mixText(about, 1) >>> 11) * 0x1_0000_0000 + (mixText(about, 2) >>> 0)
