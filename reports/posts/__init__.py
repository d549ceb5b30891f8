"""The auditor's question: was this person allowed to post there then, on which version, and who decided?"""
