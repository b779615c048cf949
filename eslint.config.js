import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'out/', '.tap/', 'docs/api/', 'bench/peers/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'require-yield': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: ['src/**/*.ts'],
    // Code on the path of every row, page or request may spell out objects, because that is faster.
    ignores: [
      'src/{engine,store,core,data,sandbox,contracts}/**',
      'src/graph/*.ts',
      'src/odata/*.ts',
      'src/sources/graph/collection.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'LogicalExpression[operator="&&"][left.operator="!=="][left.right.type="Identifier"][left.right.name="undefined"][right.properties.length=1][right.properties.0.shorthand=true]',
          'ConditionalExpression[test.operator="==="][test.right.type="Identifier"][test.right.name="undefined"][consequent.properties.length=0][alternate.properties.length=1][alternate.properties.0.shorthand=true]',
        ].map(condition => ({
          selector: `SpreadElement > ${condition}`,
          message: 'Write ...given({ name }) of core/given.ts: it leaves out what is undefined.',
        })),
      ],
    },
  },
)
