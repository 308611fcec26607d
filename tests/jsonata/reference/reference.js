// Answers jobs `{source, data, bindings, now}`, one JSON text per line, with the outcome by the reference implementation.
// The time is the job's `now`; only the limit on an evaluation's time looks at the real clock.
const jsonata = require(process.argv[2]);
const fs = require('fs');
const lines = require('readline').createInterface({input: process.stdin});
const RealDate = Date;
let now = 0;

global.Date = class extends RealDate {
  constructor(...given) { given.length ? super(...given) : super(now); }
};

// What JSON has no form for is an object with one field `$`.
function written(value, above = []) {
  if (value === undefined) return {$: 'undefined'};
  if (typeof value === 'function') return {$: 'function'};
  if (typeof value === 'number' && !Number.isFinite(value)) return {$: String(value)};
  if (value === null || typeof value !== 'object') return value;
  if (value._jsonata_lambda || value._jsonata_function) return {$: 'function'};
  if (above.includes(value)) return {$: 'endless'};
  const inside = [...above, value];
  // as JSON has it, nothing in an array is null
  if (Array.isArray(value)) return Array.from(value, (item) => (item === undefined ? null : written(item, inside)));
  return Object.fromEntries(Object.keys(value).map((name) => [name, written(value[name], inside)]));
}

// Writes all at once: what waits in a buffer is lost when a later job never ends.
function print(text) {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length;) start += fs.writeSync(1, bytes, start);
}

async function outcome({source, data, bindings, now: moment}) {
  now = moment;
  try {
    const expression = jsonata(source, {stack: 400, timeout: 2000});
    expression.registerFunction('f1', (value) => value);
    expression.registerFunction('f2', (first, second) => second === undefined ? first : second);
    return {value: written(await expression.evaluate(data, bindings))};
  } catch (error) {
    return {error: error.code || 'crash', message: String(error.message || error)};
  }
}

(async () => {
  for await (const line of lines) {
    print(JSON.stringify(await outcome(JSON.parse(line))) + '\n');
  }
})();
