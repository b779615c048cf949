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

/** Why tests that need one are skipped; false where there is one. */
export const skip = browser === undefined && 'Chromium is not installed; ENTRAPIPE_TEST_BROWSER names another browser'
