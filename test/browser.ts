import { execFileSync } from 'node:child_process'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The program of a browser: ENTRAPIPE_TEST_BROWSER, or one of the system. */
export const browser = [process.env['ENTRAPIPE_TEST_BROWSER'] ?? [], names].flat().find(name => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** Where that program is: some callers look for no name. */
export const browserPath = (): string => {
  if (browser === undefined) throw new Error('Chromium is not installed.')
  return browser.includes('/')
    ? browser
    : execFileSync('sh', ['-c', 'command -v "$0"', browser], { encoding: 'utf8' }).trim()
}

/** Why tests that need one are skipped; false where there is one. */
export const skip = browser === undefined && 'Chromium is not installed; ENTRAPIPE_TEST_BROWSER names another browser'
