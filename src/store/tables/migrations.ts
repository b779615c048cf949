/** One step from a version of the tables to the next. A migration that was published is never changed. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number
  readonly statements: readonly string[]
}

/** All migrations, in order. A migration only adds, so that processes of the version before can continue. */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    statements: [
      `create table jobs (
         id text primary key,
         state text not null,
         pipeline text not null,
         tenant text not null,
         writes integer not null,
         priority integer not null,
         created_at bigint not null,
         start_at bigint,
         not_after bigint,
         ended_at bigint,
         ticketed_at bigint,
         run text,
         parent text,
         revision integer not null,
         holder text,
         crashes text,
         job text not null,
         job_order text not null
       )`,
      'create index jobs_by_time on jobs (created_at, id)',
      'create index jobs_by_state on jobs (state, created_at, id)',
      'create index jobs_by_tenant on jobs (tenant, created_at, id)',
      'create index jobs_by_parent on jobs (parent) where parent is not null',
      'create index jobs_by_run on jobs (run) where run is not null',
      'create index jobs_by_end on jobs (ended_at) where ended_at is not null',
      // The write job of a pipeline and tenant that may send: at most one, whatever asks for it.
      `create table write_slots (
         tenant text not null,
         pipeline text not null,
         job text not null,
         primary key (tenant, pipeline)
       )`,
      'create unique index write_slots_by_job on write_slots (job)',
      `create table idempotency_keys (
         person text not null,
         path text not null,
         name text not null,
         body_hash text not null,
         job text not null,
         created_at bigint not null,
         primary key (person, path, name)
       )`,
      'create index idempotency_keys_by_time on idempotency_keys (created_at)',
      `create table job_audit (
         job text not null,
         revision integer not null,
         at bigint not null,
         tenant text not null,
         who text not null,
         action text not null,
         from_state text,
         to_state text,
         facts text,
         primary key (job, revision)
       )`,
      'create index job_audit_by_time on job_audit (at, job, revision)',
    ],
  },
  {
    number: 2,
    statements: [
      `create table schedules (
         name text primary key,
         tenant text not null,
         state text not null,
         next_at bigint,
         revision integer not null,
         schedule text not null,
         job_order text not null
       )`,
      'create index schedules_by_time on schedules (next_at) where next_at is not null',
    ],
  },
  {
    number: 3,
    statements: [
      `create table access (
         id text primary key,
         name text not null,
         hash text not null,
         role text not null,
         tenants text not null,
         person text,
         created_at bigint not null,
         expires_at bigint not null,
         revoked_at bigint,
         made_by text not null
       )`,
      'create unique index access_by_hash on access (hash)',
      `create table uploads (
         id text primary key,
         name text not null,
         operation text,
         row_count bigint not null,
         byte_count bigint not null,
         sha256 text not null,
         made_by text not null,
         created_at bigint not null
       )`,
      'create index uploads_by_time on uploads (created_at)',
    ],
  },
  {
    number: 4,
    statements: [
      // What others are to be notified of. The transaction that adds one waits for nobody.
      'create table notices (id text primary key, notice text not null)',
      `create table deliveries (
         id text not null,
         target text not null,
         notice text not null,
         attempts integer not null,
         created_at bigint not null,
         next_at bigint not null,
         primary key (id, target)
       )`,
      'create index deliveries_by_time on deliveries (next_at)',
    ],
  },
  {
    number: 5,
    statements: [
      // A job over several tenants has one job for each. It starts nothing itself.
      'alter table jobs add column part_of text',
      'alter table jobs add column parts integer',
      'create index jobs_by_whole on jobs (part_of) where part_of is not null',
      // The tenants stay when the job is deleted: its audit is theirs.
      'create table job_tenants (job text not null, tenant text not null, primary key (job, tenant))',
    ],
  },
  {
    number: 6,
    statements: [
      // The code that a job needs, what no worker has of that, and for which workers its ticket is.
      'alter table jobs add column code text',
      'alter table jobs add column lacks text',
      'alter table jobs add column ticket_to text',
      `create table workers (
         id text primary key,
         host text not null,
         kind text not null,
         tenants text not null,
         code text not null,
         beats bigint not null
       )`,
      `create table places (
         name text primary key,
         path text not null,
         proof text not null
       )`,
    ],
  },
  {
    number: 7,
    statements: [
      // Places that administrators have named: those that a job writes to, and those that a worker has.
      'alter table jobs add column places text',
      'alter table workers add column places text',
    ],
  },
]
