import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measured {
  readonly seconds: number
  /** CPU time of the process, which other processes of the machine lengthen less than `seconds`. */
  readonly cpuSeconds: number
  /** VmHWM, the peak resident memory, in MB. */
  readonly peakMb: number
  /** The largest number of threads. */
  readonly threads: number
  /** Median of VmRSS, sampled every 20 ms, in MB. */
  readonly medianMb: number
  readonly stdout: string
  readonly stderr: string
}

const everyMs = 20

/** Runs a Node program in its own process and samples its memory (Linux only). */
export const measure = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
  /** Exit statuses of a process that did its work. */
  allowed: readonly number[] = [0],
): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd ? { cwd } : {}),
    })
    const out = { stdout: '', stderr: '' }
    child.stdout.on('data', chunk => (out.stdout += chunk))
    child.stderr.on('data', chunk => (out.stderr += chunk))
    const resident: number[] = []
    let peak = 0
    let cpuSeconds = 0
    let threads = 0
    const timer = setInterval(() => {
      const status = statusOf(child.pid!)
      if (!status) return
      resident.push(status.rss)
      cpuSeconds = status.cpuSeconds
      peak = Math.max(peak, status.peak)
      threads = Math.max(threads, status.threads)
    }, everyMs)
    child.on('error', reject)
    child.on('close', code => {
      clearInterval(timer)
      if (!allowed.includes(code ?? -1)) return reject(new Error(`${args.join(' ')} ended with ${code}: ${out.stderr}`))
      resolve({
        seconds: (performance.now() - began) / 1000,
        cpuSeconds,
        peakMb: peak / 1000,
        threads,
        medianMb: median(resident) / 1000,
        ...out,
      })
    })
  })

/** CPU times in /proc are in units of 1/100 s, on all machines. */
const ticksPerSecond = 100

interface Status {
  readonly rss: number
  readonly peak: number
  readonly cpuSeconds: number
  readonly threads: number
}

/** What the system says of a process; undefined if it has ended. */
export const statusOf = (pid: number): Status | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0)
    // /proc counts in KiB; the figures here are in units of 1,000 bytes.
    // The name of the program, in brackets, may contain blanks.
    const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    const cpuSeconds = (Number(times[11]) + Number(times[12])) / ticksPerSecond
    const threads = Number(/Threads:\s+(\d+)/.exec(text)?.[1] ?? 0)
    return { rss: kb('VmRSS') * 1.024, peak: kb('VmHWM') * 1.024, cpuSeconds, threads }
  } catch {
    // The process ended between two samples.
    return undefined
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? 0 : sorted[Math.floor(sorted.length / 2)]!
}

/** Starts the wire server with these options and returns its origin. */
export const serve = (
  users: number,
  ...options: readonly string[]
): Promise<{ readonly origin: string; readonly stop: () => void }> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [new URL('wire-server.ts', import.meta.url).pathname, String(users), ...options],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    child.on('error', reject)
    child.stdout.once('data', chunk => resolve({ origin: String(chunk).trim(), stop: () => void child.kill() }))
  })
