#!/usr/bin/env python3
"""Writes signed Razorpay-shaped events, one a line: the signature, a tab, the body.

usage: events.py COUNT PREFIX [SECRET]
"""
import hashlib
import hmac
import json
import sys

count, prefix = int(sys.argv[1]), sys.argv[2]
secret = (sys.argv[3] if len(sys.argv) > 3 else "test_secret").encode()
kinds = ["authorized", "captured", "failed"]
for i in range(count):
    kind = kinds[i % 3]
    payment = {"id": f"pay_{prefix}_{i // 3}", "entity": "payment", "amount": 5000 + i % 1000, "currency": "INR",
               "status": kind, "order_id": f"order_{prefix}_{i // 3}", "method": "upi", "description": "",
               "email": f"customer{i // 3 % 20011}@example.com",
               "contact": "+919876543210", "notes": [], "created_at": 1751889865}
    event = {"entity": "event", "account_id": "acc_BFQ7uQEaa7j2z7", "event": f"payment.{kind}",
             "contains": ["payment"], "payload": {"payment": {"entity": payment}},
             "created_at": 1751889865 + i, "id": f"evt_{prefix}_{i}"}
    body = json.dumps(event, separators=(",", ":")).encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    sys.stdout.buffer.write(signature.encode() + b"\t" + body + b"\n")
