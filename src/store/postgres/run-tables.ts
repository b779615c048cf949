import { pending, sent, waiting } from '../ledger-tables.ts'
import type { SchemaPart } from './migrations.ts'

/**
 * The tables of runs; see `run-index.ts`, `results.ts` and `ledger-tables.ts` of the other store for what they have. Rows of all runs
 * share them: each index begins with the run. `token` is part of a key: a change of it waits for every transaction that relies on
 * it, and a renewal of the lease, which changes no key, waits for none. A run is held while `lease_until` is in the future; one that is `running` and
 * not held has lost its holder. Indexes by outcome say that there is one, so that a look-up by key, which does not ask for an outcome, never uses them: they seem as
 * good before a table has statistics.
 */
export const runTables: SchemaPart = {
  name: 'runs',
  versions: [
    `
    create table runs (
      number bigint generated always as identity primary key,
      id text collate "C" not null unique,
      identity text not null,
      pipeline text not null,
      tenant text,
      target text,
      writes boolean not null,
      is_writing boolean not null,
      resumable boolean not null,
      status text not null,
      started bigint not null,
      held bigint not null,
      ended bigint,
      due bigint,
      resumed integer not null default 0,
      pid integer not null,
      worker text not null,
      run text not null,
      also_writes text,
      error text,
      manifest text,
      is_removed boolean not null default false,
      token bigint not null default 1,
      lease_until timestamptz,
      died boolean not null default false,
      takeovers integer not null default 0,
      progress text,
      unique (number, token)
    );
    create unique index runs_writing on runs (pipeline, tenant) where status = 'running' and is_writing;
    create index runs_by_start on runs (started, id);
    create index runs_by_status on runs (status, started);
    create index runs_by_identity on runs (identity, started);
    create index runs_by_due on runs (due) where due is not null;

    create table facts (
      run bigint not null, phase text not null, name text not null, value text not null, primary key (run, phase, name)
    );
    create table positions (
      run bigint not null, phase text not null, shard text not null, position text not null, primary key (run, phase, shard)
    );
    create table results (
      run bigint not null,
      sequence bigint not null,
      phase text not null,
      key text collate "C" not null,
      step integer not null,
      epoch integer not null,
      outcome text not null,
      at bigint not null,
      ordinal bigint not null,
      replaced_in integer,
      entry bigint,
      code text,
      rest text not null,
      input text,
      primary key (run, sequence)
    );
    create index results_by_key on results (run, phase, key, step) where replaced_in is null;
    create index results_by_outcome on results (run, outcome, sequence) where replaced_in is null and outcome is not null;
    create index results_by_row on results (run, outcome, ordinal, sequence) where replaced_in is null and outcome is not null;
    create index results_replaced on results (run, phase, replaced_in) where replaced_in is not null;
    create table counts (
      run bigint not null, phase text not null, epoch integer not null, outcome text not null, n bigint not null,
      primary key (run, phase, epoch, outcome)
    );

    create table ledger (
      run bigint not null,
      ordinal bigint not null,
      key text collate "C" not null,
      step integer not null,
      kind text not null,
      ordered boolean not null,
      waits text,
      subject bigint not null,
      about text not null,
      lock text collate "C" not null,
      locks text,
      row text not null,
      sealed text,
      input text,
      primary key (run, ordinal)
    );
    create index ledger_by_subject on ledger (run, subject, ordinal);
    create index ledger_by_key on ledger (run, key, step);
    create table inputs (
      run bigint not null, number integer not null, columns text not null, primary key (run, number)
    );
    create table needs (
      run bigint not null, ordinal bigint not null, key text collate "C" not null, step integer not null, waits text not null,
      primary key (run, ordinal, key, step)
    );
    create index needs_by_key on needs (run, key, step);
    create table intakes (
      run bigint not null, phase text not null, first bigint not null, last bigint not null, primary key (run, phase)
    );
    create table work (
      run bigint not null,
      rank bigint not null,
      ordinal bigint not null,
      state smallint not null,
      waits text,
      waits_for bigint,
      released bigint,
      attempts integer not null default 0,
      last_attempt bigint,
      first_sent bigint,
      last_sent bigint,
      before text,
      id text,
      outcome text,
      result bigint,
      is_final boolean,
      due bigint,
      lost boolean not null default false,
      answered smallint not null default 0,
      retried_after bigint not null default 0,
      primary key (run, rank)
    );
    create unique index work_by_ordinal on work (run, ordinal);
    create index work_pending on work (run, rank) where state = ${pending};
    create index work_sent on work (run, ordinal) where state = ${sent};
    create index work_waiting on work (run, waits_for) where state = ${waiting};
    create index work_by_outcome on work (run, outcome, ordinal) where outcome is not null;
    create table attempts (
      run bigint not null,
      number bigint not null,
      ordinal bigint not null,
      attempt integer not null,
      client text not null,
      at bigint not null,
      previous bigint,
      withdrawn boolean not null default false,
      primary key (run, number)
    );
    create index attempts_by_time on attempts (run, at)`,
    `
    alter table runs add column share_of text collate "C";
    create index runs_by_whole on runs (share_of) where share_of is not null`,
  ],
}

/** The tables with what a run records. */
export const recordTables = [
  ...['facts', 'positions', 'results', 'counts', 'ledger', 'inputs', 'needs', 'intakes', 'work', 'attempts'],
] as const
