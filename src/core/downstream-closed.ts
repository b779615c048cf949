/** The reader of the output closed it (`| head`). This is not a failure: the run ends quietly and closes upstream. */
export class DownstreamClosed extends Error {
  override readonly name = 'DownstreamClosed'
}
