// Package replica lets several instances that each build the log from one stream watch over each other.
//
// A log is a function of its stream: which messages became records, under which numbers, at which recorded times, with
// which hashes. So any number of instances may read one stream, without electing anybody; whoever was away reads on
// where its log ends. What is left to do is to notice when two logs are not the same.
//
// # Announcements
//
// Each instance announces on core NATS, subject billing.announce, how its log stood after a message: how many records
// there were, and their root. It does so at most once a second while the log grows, and every five seconds while it
// does not; at once when another instance turns up. An announcement is one JSON object, in exactly the form in which it
// is written here but for the line breaks:
//
//	{"form":1,"version":"0.1.0","instance":"node-1:8808","run":"5f0c9b1e-3c0f-4f5e-9a51-0d8f6d2b7c11",
//	 "stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"position":120,
//	 "stream_seq":120,"seq":117,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
//
// form is that of the announcement and of records; run is new at each start. stream, created and epoch say which log is
// meant: announcements of other streams on the same servers concern nobody here, and logs of different epochs are not
// comparable. position is how far the instance has read; stream_seq is the message after which the log stood as seq and
// root say, and is the position unless a difference was found.
//
// Whoever hears one compares it with how its own log stood after that message, or waits until it has come so far: of
// each instance it remembers a few announcements.
//
// # A difference
//
// Two logs that differ were not built by the same rules, or one was damaged, or the stream gave them different
// messages. Neither instance can know which is right. Both take nothing in any more, sign no checkpoints, are not
// ready, and say so; what is in their logs can still be read. They go on running, for the same reason as with a stream
// made anew: exit code 4 is for a disk that failed, where starting again helps. Starting again does not help here, and
// would let events in until the difference is heard of once more.
//
// From then on the announcement is about the message at which they differ, so that the other finds out too, and
// everybody who comes later. Which message was the first to be taken differently is found by asking the other for its
// head in between, at billing.standing.<run>. The request names the log as announcements do, and is answered by a
// log of another stream or epoch with an error; the answer names it too:
//
//	{"stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"stream_seq":60}
//	{"stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"stream_seq":60,"seq":58,"root":"…"}
//
// # Who may announce
//
// Whoever may publish on billing.announce can stop all instances, so nobody but them should. The embedded server and
// the configuration in scripts/nats permit publishers no such subject. What they can cause the server or the ledger to
// send there, by naming it as the subject to reply to, is no announcement: anything not in exactly that form is ignored
// and counted.
package replica
