// Package checkpoint signs the roots of a log's tree, and proves by them what is in the log: signed checkpoints,
// receipts, consistency proofs. Package proof has their form and verifies them without a log.
//
// Beside the ledger's file lie checkpoint.key, the private key in one line, and checkpoints/, which holds the signed
// checkpoint of the largest size, under its size in 20 digits, and the one that witnesses cosigned last. A log that
// contradicts it is never signed again; a ledger put back to an earlier state is signed once it has caught up again
// and agrees. A copy of the file without the folder loses that.
package checkpoint
