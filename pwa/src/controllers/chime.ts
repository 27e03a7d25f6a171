/** Hertz, one after the other: a fourth upwards. */
const PITCHES = [660, 880] as const

let context: AudioContext | undefined
let isDue = false

/** Two soft notes, made here. A browser that lets a page make no sound before a person did something lets it wait. */
export function chime(): void {
  if (isDue) return
  isDue = true
  context ??= new AudioContext()
  const audio = context
  audio
    .resume()
    .then(() => play(audio))
    .catch(() => {})
    .finally(() => {
      isDue = false
    })
}

function play(audio: AudioContext): void {
  for (const [index, frequency] of PITCHES.entries()) {
    const start = audio.currentTime + index * 0.1
    const tone = new OscillatorNode(audio, { frequency })
    const loudness = new GainNode(audio, { gain: 0 })
    loudness.gain.setTargetAtTime(0.12, start, 0.008)
    loudness.gain.setTargetAtTime(0, start + 0.05, 0.08)
    tone.connect(loudness).connect(audio.destination)
    tone.start(start)
    tone.stop(start + 0.6)
  }
}
