import { str } from '@lit/localize'
import { say } from './locale.ts'

/** What is said on the way into the room: English here, other languages by these names. */
export const entranceTexts = {
  connecting: () => say('connecting', 'Connecting…'),
  connectingHelp: () => say('connectingHelp', 'Looking for the room.'),
  unreachable: () => say('unreachable', 'The room cannot be reached right now. It is tried again by itself.'),

  createTitle: () => say('createTitle', 'You are the first'),
  createLead: () =>
    say(
      'createLead',
      'Choose the room’s password. Everyone you invite will need it, and nobody else can get in.',
    ),
  createBadge: () => say('createBadge', 'New room'),
  enterTitle: () => say('enterTitle', 'Welcome'),
  enterLead: () => say('enterLead', 'Enter the room’s password. Whoever invited you knows it.'),
  enterBadge: () => say('enterBadge', 'Private room'),
  password: () => say('password', 'Password'),
  setPassword: () => say('setPassword', 'Set password'),
  enter: () => say('enter', 'Enter'),
  show: () => say('show', 'Show password'),
  hide: () => say('hide', 'Hide password'),
  generate: () => say('generate', 'Generate passphrase'),
  generateFailed: () =>
    say('generateFailed', 'The list of words could not be loaded. Try again when you are online.'),
  copyPassword: () => say('copyPassword', 'Copy password'),
  copied: () => say('copied', 'Copied'),
  noRecovery: () =>
    say('noRecovery', 'Write it down: nobody can recover this password, not even whoever runs the server.'),
  strengthCommon: () => say('strengthCommon', 'Everyone’s first guess'),
  strengthShort: () => say('strengthShort', 'Too short'),
  strengthWeak: () => say('strengthWeak', 'Easy to guess'),
  strengthGood: () => say('strengthGood', 'Good'),
  strengthStrong: () => say('strengthStrong', 'Strong'),
  strength: (word: string) => say('strength', str`Strength: ${word}`),
  stay: () => say('stay', 'Stay in this room on this device'),
  stayHelp: () =>
    say(
      'stayHelp',
      'For your own device: the room opens here without the password, offline too, and keeps its messages encrypted until you leave. Otherwise nothing is kept: large files only pass through this browser’s disk.',
    ),
  memoryFull: () =>
    say('memoryFull', 'The storage of this device is full. The room goes on, but nothing is kept here now.'),
  memoryGone: () =>
    say('memoryGone', 'This browser keeps nothing here. The room goes on for as long as this page is open.'),

  checking: () => say('checking', 'Asking the room…'),
  stretching: () => say('stretching', 'Turning the password into a key…'),
  slowed: (seconds: number) =>
    say('slowed', str`Too many attempts. Your password is tried by itself in ${seconds} s.`),
  wrongPassword: () => say('wrongPassword', 'That is not the room’s password. Check it and try again.'),
  alreadyClaimed: () =>
    say(
      'alreadyClaimed',
      'Somebody else was faster and set the password. Ask them for it and enter it here.',
    ),
  unclaimedNow: () => say('unclaimedNow', 'This room has no password any more.'),
  loginExpired: () => say('loginExpired', 'That took too long. Please enter it again.'),
  forgottenRoom: () =>
    say(
      'forgottenRoom',
      'This device knows the room, but the server says that it has no password. Somebody may have reset it, or this is not the same server. Nothing was sent.',
    ),

  claimTitle: () => say('claimTitle', 'Is this room yours?'),
  claimLead: () =>
    say('claimLead', 'Whoever set up the server was given a claim code. Enter it to open the room.'),
  claimCode: () => say('claimCode', 'Claim code'),
  goOn: () => say('goOn', 'Continue'),
  wrongClaimCode: () => say('wrongClaimCode', 'That is not the claim code. It is in the server’s settings.'),

  aliasTitle: () => say('aliasTitle', 'What shall we call you?'),
  aliasLead: () => say('aliasLead', 'Everyone in the room sees this name. The server does not.'),
  alias: () => say('alias', 'Alias'),
  join: () => say('join', 'Join'),
  joining: () => say('joining', 'Taking your place…'),
  aliasTaken: () => say('aliasTaken', 'Somebody in the room has this alias, or one that looks like it.'),
  roomFull: () => say('roomFull', 'The room is full.'),
  useInstead: (alias: string) => say('useInstead', str`Use ${alias}`),
  aliasEmpty: () => say('aliasEmpty', 'An alias needs at least one character.'),
  aliasTooLong: () => say('aliasTooLong', 'At most 32 characters, please.'),
  aliasWhite: () => say('aliasWhite', 'An alias has no spaces.'),
  aliasInvisible: () => say('aliasInvisible', 'An alias has no characters that cannot be seen.'),
  aliasUnassigned: () => say('aliasUnassigned', 'Not every device knows a character of this alias.'),
  aliasMarks: () => say('aliasMarks', 'Too many accents stand on one letter.'),
  aliasLookAlike: () =>
    say('aliasLookAlike', 'This alias mixes alphabets so that it looks like another one.'),
  aliasReserved: () => say('aliasReserved', 'This name stands for everyone in the room.'),

  leftTitle: () => say('leftTitle', 'You left the room'),
  leftLead: () => say('leftLead', 'Your alias is free again. See you.'),
  comeBack: () => say('comeBack', 'Come back'),
  endedTitle: () => say('endedTitle', 'The room is closed here'),
  replacedTitle: () => say('replacedTitle', 'Open elsewhere'),
  replaced: () => say('replaced', 'This room was opened in another tab or window, and goes on there.'),
  useHere: () => say('useHere', 'Use it here'),
  tryAgain: () => say('tryAgain', 'Try again'),
  loadFailed: () => say('loadFailed', 'A part of the app could not be loaded.'),

  promise: () => say('promise', 'End-to-end encrypted. The server never learns a word.'),
} as const
