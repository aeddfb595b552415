"""Posts each event of a file once, on 16 connections, those of one payment one after another: events.txt."""
import http.client, sys, threading

CONNECTIONS = 16
lines = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]


def send(part):
    listener = http.client.HTTPConnection("127.0.0.1", 8097)
    for signature, body in lines[part::CONNECTIONS]:
        listener.request("POST", "/webhook/payments", body.encode(), {"X-Razorpay-Signature": signature})
        answer = listener.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


senders = [threading.Thread(target=send, args=(part,)) for part in range(CONNECTIONS)]
for sender in senders: sender.start()
for sender in senders: sender.join()
