import { DuckDBInstance, type Json } from '@duckdb/node-api'

/** Runs a query on DuckDB, an independent reader, and returns its rows as JSON: long integers and times are text. */
export const duck = async (sql: string): Promise<readonly Readonly<Record<string, Json>>[]> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '200MB' })
  const connection = await instance.connect()
  try {
    // Times are compared in UTC, wherever the test runs.
    await connection.run("set timezone = 'UTC'")
    return await (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
