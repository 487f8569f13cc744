"""仪表板 and 提问: saved tiles arranged on boards, and questions asked in a sentence."""
