/**
 * The lines of a byte stream, pulled: what nobody takes yet stays in the pipe. Of an endless line only the first `longest`
 * characters are kept, enough to be refused as too long.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array | string>,
  longest: number,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const [first = '', ...more] = text.split('\n')
    rest = join(rest, first, longest)
    for (const next of more) {
      yield withoutReturn(rest)
      rest = join('', next, longest)
    }
  }
  rest = join(rest, decoder.decode(), longest)
  if (rest !== '') yield withoutReturn(rest)
}

const join = (head: string, tail: string, longest: number): string =>
  head.length >= longest ? head : head + tail.slice(0, longest - head.length)

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
