/** Shown below `entrapipe --help`. docs/exit-codes.md explains each code. */
export const exitCodes = `Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 some rows failed · 4 export short, or drifted too much ·
5 stopped by a guardrail · 6 not signed in or not permitted · 7 some rows unknown · 8 inputs differ
· 75 busy, throttled, unavailable, not there yet or outside the window, retry later · 130 interrupted · 143 terminated`
