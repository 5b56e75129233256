import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Results must be the same bits on every machine. ECMAScript leaves these functions to the engine; only + - * / and sqrt
// are exact everywhere, and src/sim/kernel/portable-math.ts builds the rest from them.
const enginesOwnMath =
  'acos|acosh|asin|asinh|atan|atan2|atanh|cbrt|cos|cosh|exp|expm1|hypot|log|log10|log1p|log2|pow|sin|sinh|tan|tanh';

const namedExportsOnly = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export has another name in every file that imports it.',
};

const pureSyntax = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Luck comes from named streams (src/sim/kernel/random.ts): Math.random cannot be repeated.',
  },
  {
    selector: `MemberExpression[object.name='Math'][property.name=/^(${enginesOwnMath})$/]`,
    message: 'Its last bits differ between engines: use src/sim/kernel/portable-math.ts.',
  },
  {
    selector: "MemberExpression[object.name='Math'][computed=true]",
    message: 'Name the function of Math, so that the ban on those that differ between engines can see it.',
  },
  {
    selector: "VariableDeclarator[init.name='Math'], AssignmentExpression[right.name='Math']",
    message: 'Call Math.name directly, so that the ban on functions that differ between engines can see it.',
  },
  {
    selector:
      "BinaryExpression[operator='**']:not([left.type='Literal'][right.type='Literal']), AssignmentExpression[operator='**=']",
    message: 'The last bits of ** differ between engines: multiply, or use src/sim/kernel/portable-math.ts.',
  },
  {
    selector: 'ForInStatement',
    message: 'for...in visits keys in an order that depends on what they look like: iterate an array or a Map.',
  },
  {
    selector: 'MemberExpression[property.name=/^(localeCompare|toLocale.*)$/]',
    message: "It follows the machine's language tables: compare with < and >, format in src/cli or src/report.",
  },
  {
    selector: ':function[async=true], AwaitExpression, ForOfStatement[await=true], ImportExpression',
    message: 'The simulation is synchronous: promises and dynamic imports belong above it.',
  },
];

const pureGlobals = [
  ...['Date', 'performance'].map((name) => ({ name, message: 'Inside the simulation there is only simulated time.' })),
  ...['process', 'console', 'globalThis', 'global', 'Buffer', 'require', 'fetch'].map((name) => ({
    name,
    message: 'The simulation is pure: no console, process or file inside.',
  })),
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Promise', 'WeakRef', 'FinalizationRegistry'].map(
    (name) => ({ name, message: 'The simulation is synchronous and never waits for the machine.' }),
  ),
  ...['crypto', 'Intl'].map((name) => ({ name, message: 'Its answers differ between machines or runs.' })),
];

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'reports', 'src/*/generated']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      // oxlint has this one on too; both must agree on which lines are excused from it.
      'no-control-regex': 'error',
      'no-restricted-syntax': ['error', namedExportsOnly],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // `default: event satisfies never` is how this house closes a switch.
        { allowDefaultCaseForExhaustiveSwitch: true, considerDefaultExhaustiveForUnions: false },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Room for the 300 and 70 of the style guide to breathe; past these a file or function has two subjects.
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  // A chart or a schema is one long literal: data, not steps to follow.
  {
    files: ['src/report/charts/**/*.ts', 'src/scenario/schema/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 130, skipBlankLines: true, skipComments: true }] },
  },
  { files: ['src/**/*.ts'], ignores: ['src/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: ['src/sim/**/*.ts', 'src/policies/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...pureGlobals],
      'no-restricted-syntax': ['error', namedExportsOnly, ...pureSyntax],
    },
  },
  // Vitest reads its settings from a default export.
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
