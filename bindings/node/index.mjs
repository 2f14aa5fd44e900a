// The same module as for `require`, so that there is one class of each name in a program.
export * from './index.cjs'
