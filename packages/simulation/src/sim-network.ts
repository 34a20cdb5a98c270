/** What lies between processes and the broker, and may fail. */
export class SimNetwork {
  /** Nothing is sent or committed, and whoever tries is told so. */
  isDown = false;
  private isAcknowledgementLost = false;

  /** What is sent next is written, and its sender never hears of that. */
  loseAcknowledgement(): void {
    this.isAcknowledgementLost = true;
  }

  /** All is well again. */
  heal(): void {
    this.isDown = false;
    this.isAcknowledgementLost = false;
  }

  /** Whether what was just sent is acknowledged. */
  acknowledges(): boolean {
    const acknowledges = !this.isAcknowledgementLost;
    this.isAcknowledgementLost = false;
    return acknowledges;
  }
}
