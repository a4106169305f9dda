// Package systemd tells the service manager that started the program how it is doing, over the datagram socket that it
// names in the environment. It is the protocol of sd_notify(3), of which other supervisors understand parts.
//
// # Invariants
//
// Without NOTIFY_SOCKET nothing is sent, and every call is harmless. Telling hardly waits: a message that the manager does
// not take within a second is lost, and the next one of the watchdog follows soon.
//
// # Concurrency
//
// A Notifier is safe for concurrent use.
package systemd
